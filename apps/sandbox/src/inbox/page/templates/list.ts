/** Messages, one a row; in the list and beside a message. */
const rows = `<ol class="mails {{ kind }}" aria-label="Messages, newest first">
{% for row in rows %}<li id="row-{{ row.id }}" data-row><a id="m-{{ row.id }}" href="{{ row.href }}"{% if row.id == current %} aria-current="true"{% endif %}>
<span class="tag {{ row.tone }}">{{ row.lastEvent }}</span>
<span class="to" title="{{ row.to }}"><bdi>{{ row.to }}</bdi></span>
<span class="subject"><bdi>{{ row.subject | default: '(no subject)' }}</bdi> <span class="from">from <bdi>{{ row.from }}</bdi></span></span>
<time datetime="{{ row.iso }}" title="{{ row.when }} UTC">{{ row.time }}</time>
</a></li>
{% endfor %}</ol>`;

const search = `<form class="search" action="/inbox" role="search">
<input type="search" name="q" value="{{ view.q }}" aria-label="Search" aria-keyshortcuts="/" autocomplete="off" spellcheck="false"
 placeholder="Recipient, sender, subject, or argument=value">
{% if view.state != '' %}<input type="hidden" name="state" value="{{ view.state }}">{% endif %}
<button>Search</button>
</form>`;

const list = `{% layout 'layout' %}{% block content %}
<h1 class="unseen">Inbox</h1>
<div class="tools">{% render 'search', view: view %}</div>
<nav class="chips" aria-label="Messages with the event">
{% for chip in chips %}<a href="{{ chip.href }}"{% if chip.current %} aria-current="true"{% endif %}>{{ chip.label }}</a>
{% endfor %}<a class="reset" href="/inbox/reset">Reset…</a></nav>
{% if rows.size > 0 %}
{% render 'rows', rows: rows, kind: 'full', current: '' %}
{% elsif filtered %}<div class="sheet empty"><p>No message matches.</p><p><a href="/inbox">Show all</a></p></div>
{% else %}<div class="empty first"><h2>No mail yet</h2><p>Send some, and it shows up here by itself.</p></div>
{% render 'how', start: start %}{% endif %}
{% if newest != '' or older != '' %}<nav class="pages" aria-label="More messages">
{% if newest != '' %}<a class="button quiet" href="{{ newest }}">Newest</a>{% endif %}
{% if older != '' %}<a class="button quiet" href="{{ older }}" rel="next">Older</a>{% endif %}
</nav>{% endif %}
{% endblock %}`;

export const listTemplates = { rows, search, list };
