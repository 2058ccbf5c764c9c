/** The frame around every page. */
const layout = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/inbox/style.css">
</head>
<body>
<header><div>
<strong><a href="/inbox">Sandbox inbox</a></strong>
<dl class="figures">
<div><dt>in the inbox</dt><dd>{{ stats.messages }}</dd></div>
<div><dt>accepted</dt><dd>{{ stats.accepted }}</dd></div>
<div><dt>sent twice</dt><dd{% if stats.duplicates > 0 %} class="bad"{% endif %}>{{ stats.duplicates }}</dd></div>
{% if stats.events %}<div><dt>events waiting</dt><dd>{{ stats.events.queued }}</dd></div>
<div><dt>posted</dt><dd>{{ stats.events.posted }}</dd></div>
<div><dt>given up</dt><dd{% if stats.events.failed > 0 %} class="bad"{% endif %}>{{ stats.events.failed }}</dd></div>{% endif %}
</dl>
</div></header>
<main>
{% if faults.size > 0 %}<p class="note">Faults are switched on: {{ faults | join: ', ' }}.</p>{% endif %}
{% unless stats.events %}<p class="note">No event webhook is configured, so events are shown here and posted nowhere.</p>{% endunless %}
{% block content %}{% endblock %}
</main>
</body>
</html>
`;

const list = `{% layout 'layout' %}{% block content %}
<form action="/inbox" role="search">
<input type="search" name="q" value="{{ q }}" placeholder="Search recipient, sender or subject" aria-label="Search recipient, sender or subject">
<button>Search</button>
</form>
{% if messages.size > 0 %}
<table class="mails">
<thead><tr><th class="to">To</th><th class="subject">Subject</th><th class="event">Last event</th><th class="when">Received (UTC)</th></tr></thead>
<tbody>
{% for message in messages %}<tr>
<td class="to" title="{{ message.to }}">{{ message.to }}</td>
<td class="subject"><a href="/inbox/view/{{ message.id }}">{{ message.subject | default: '(no subject)' }}</a></td>
<td class="event"><span class="tag {{ message.tone }}">{{ message.lastEvent }}</span></td>
<td class="when"><time datetime="{{ message.receivedAt }}">{{ message.when }}</time></td>
</tr>
{% endfor %}</tbody>
</table>
{% elsif q != '' or paged %}<p class="sheet empty">No message matches.</p>
{% else %}<p class="sheet empty">No mail yet. Whatever is sent to <code>POST /v3/mail/send</code> shows up here.</p>{% endif %}
<nav class="pages">
{% if paged %}<a href="/inbox?q={{ q | url_encode }}">Newest</a>{% endif %}
{% if next %}<a href="/inbox?q={{ q | url_encode }}&after={{ next }}">Older</a>{% endif %}
</nav>
{% endblock %}`;

const message = `{% layout 'layout' %}{% block content %}
<h1>{{ message.subject | default: '(no subject)' }}</h1>
<p class="soft">to {{ message.to }}, from {{ from }}, <time datetime="{{ message.receivedAt }}">{{ when }} UTC</time></p>
{% if message.contentDropped %}<p class="note">The body of this message was given up to make room for newer mail.</p>{% endif %}
{% if message.templateId %}<p class="note">Sent with the template <code>{{ message.templateId }}</code>, which the sandbox does not have.</p>{% endif %}
<div class="sheet">
{% if message.html %}<iframe src="/inbox/messages/{{ message.id }}/html?frame=1" title="The mail as its reader sees it" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>{% endif %}
{% if message.text %}<details{% unless message.html %} open{% endunless %}><summary>Text</summary><pre>{{ message.text }}</pre></details>{% endif %}
{% if message.html %}<details><summary>HTML source</summary><pre>{{ message.html }}</pre></details>{% endif %}
</div>
<h2>Events</h2>
<table class="sheet history">
<thead><tr><th class="event">Event</th><th class="when">Time (UTC)</th><th class="posting">Posting</th><th>Details</th></tr></thead>
<tbody>
{% for entry in history %}<tr>
<td class="event"><span class="tag {{ entry.tone }}">{{ entry.event }}</span></td>
<td class="when"><time>{{ entry.when }}</time></td>
<td class="posting">{{ entry.posting }}</td>
<td>{% for detail in entry.details %}{{ detail.name }}: <code>{{ detail.value }}</code>{% unless forloop.last %}<br>{% endunless %}{% endfor %}</td>
</tr>
{% endfor %}</tbody>
</table>
<h2>Headers</h2>
<table class="sheet pairs"><tbody>
{% for header in headers %}<tr><th scope="row">{{ header.name }}</th><td>{{ header.value }}</td></tr>
{% endfor %}</tbody></table>
{% if facts.size > 0 %}<h2>Custom arguments and more</h2>
<table class="sheet pairs"><tbody>
{% for fact in facts %}<tr><th scope="row">{{ fact.name }}</th><td><code>{{ fact.value }}</code></td></tr>
{% endfor %}</tbody></table>{% endif %}
<p><a href="/inbox/messages/{{ message.id }}">This message as JSON</a>{% if message.html %} · <a href="/inbox/messages/{{ message.id }}/html">its HTML alone</a>{% endif %}</p>
{% endblock %}`;

const missing = `{% layout 'layout' %}{% block content %}
<p class="sheet empty">There is no such message. It may have made room for newer mail, or the inbox was emptied.</p>
<p><a href="/inbox">Back to the inbox</a></p>
{% endblock %}`;

/** The pages by name, in Liquid. Every output is escaped by the engine that renders them. */
export const templates = { layout, list, message, missing };
