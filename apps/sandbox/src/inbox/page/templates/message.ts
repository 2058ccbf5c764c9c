const missing = `{% layout 'layout' %}{% block content %}
<div class="sheet empty"><h1>No such message</h1>
<p>It may have made room for newer mail, or the inbox was emptied.</p>
<p><a href="{{ back }}" aria-keyshortcuts="Escape">Back to the inbox</a></p></div>
{% endblock %}`;

const moves = `<nav class="moves" aria-label="Other messages">
<a class="button quiet" href="{{ back }}" aria-keyshortcuts="Escape">Inbox</a>
{% if newer != '' %}<a class="button quiet" href="{{ newer }}" rel="prev" aria-keyshortcuts="k">Newer</a>{% else %}<span class="button quiet off">Newer</span>{% endif %}
{% if older != '' %}<a class="button quiet" href="{{ older }}" rel="next" aria-keyshortcuts="j">Older</a>{% else %}<span class="button quiet off">Older</span>{% endif %}
</nav>`;

const message = `{% layout 'layout' %}{% block content %}
<div class="split">
<aside aria-label="The list">
{% render 'search', view: view %}
{% render 'rows', rows: rows, kind: 'slim', current: message.id %}
</aside>
<article class="sheet">
{% render 'moves', back: back, newer: newer, older: older %}
<div class="head">
<h1><bdi>{{ message.subject | default: '(no subject)' }}</bdi></h1>
<p class="who"><span class="tag {{ last.tone }}">{{ last.label }}</span> <span>to <b><bdi>{{ message.to }}</bdi></b></span> <span>from {% if message.from.name != '' %}<bdi>{{ message.from.name }}</bdi> &lt;<bdi>{{ message.from.email }}</bdi>&gt;{% else %}<bdi>{{ message.from.email }}</bdi>{% endif %}</span>
<time datetime="{{ message.iso }}">{{ message.when }} UTC</time></p>
{% if dropped %}<p class="note">The body of this message was given up to make room for newer mail.</p>{% endif %}
{% if templateId != '' %}<p class="note">Sent with the template <code>{{ templateId }}</code>, which the sandbox does not have.</p>{% endif %}
</div>
<nav class="tabs" aria-label="Parts of the message">
{% for one in tabs %}<a href="{{ one.href }}" aria-keyshortcuts="{{ forloop.index }}"{% if one.name == tab %} aria-current="true"{% endif %}>{{ one.label }}{% if one.name == 'events' %} <span class="count">{{ history.size }}</span>{% endif %}</a>
{% endfor %}</nav>
<div class="body">
{% case tab %}
{% when 'html' %}{% include 'tab-html' %}
{% when 'text' %}{% include 'tab-text' %}
{% when 'source' %}{% include 'tab-source' %}
{% when 'headers' %}{% include 'tab-headers' %}
{% when 'events' %}{% include 'tab-events' %}
{% when 'details' %}{% include 'tab-details' %}
{% endcase %}
</div>
</article>
</div>
{% endblock %}`;

export const messageTemplates = { missing, moves, message };
