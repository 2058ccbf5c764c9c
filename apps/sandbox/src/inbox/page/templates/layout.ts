/** The frame around every page. The parts marked `data-live` are brought up to date by the page's script. */
export const layout = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/inbox/assets/style.css">
<script type="module" src="/inbox/assets/page.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header id="top" data-live>
<a class="brand" href="/inbox">Sandbox</a>
<nav aria-label="Pages">
<a href="/inbox"{% if place == 'inbox' %} aria-current="page"{% endif %}>Inbox <span class="count">{{ stats.messages }}</span></a>
<a href="/inbox/faults"{% if place == 'faults' %} aria-current="page"{% endif %}>Faults</a>
<a href="/inbox/start"{% if place == 'start' %} aria-current="page"{% endif %}>How to send</a>
</nav>
<span class="state" aria-hidden="true"></span>
</header>
<div id="banner" data-live>
{% if faults.size > 0 %}<form class="alarm" method="post" action="/inbox/faults/off" aria-label="Faults that are switched on">
<p><strong>Faults are on.</strong> {{ faults | join: ' · ' }}</p>
<span class="actions"><a class="button quiet" href="/inbox/faults">Change</a><button class="quiet">Switch all off</button></span>
</form>{% endif %}
</div>
<p id="flash" role="status">{{ flash }}</p>
<p id="news" class="unseen" role="status"></p>
<main id="main" data-live>
{% block content %}{% endblock %}
</main>
<footer id="figures" data-live>
<dl>
<div><dt>Accepted</dt><dd>{{ stats.accepted }}</dd></div>
<div title="Sends, by qflow_send_id, of which one recipient got more than one copy"><dt>Sent twice</dt><dd{% if stats.duplicates > 0 %} class="bad"{% endif %}>{{ stats.duplicates }}</dd></div>
{% if stats.webhook %}<div><dt>Events waiting</dt><dd>{{ stats.events.queued }}</dd></div>
<div><dt>Posted</dt><dd>{{ stats.events.posted }}</dd></div>
<div><dt>Given up</dt><dd{% if stats.events.failed > 0 %} class="bad"{% endif %}>{{ stats.events.failed }}</dd></div>
{% else %}<div><dt>No event webhook: events are shown here and posted nowhere</dt><dd></dd></div>{% endif %}
</dl>
<p>Times are UTC</p>
<p class="keys"><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> move <kbd>Enter</kbd> open <kbd>Esc</kbd> back</p>
</footer>
</body>
</html>
`;
