const html = `{% if html != '' %}
<div class="switches">
<span class="choice" role="group" aria-label="Width"><a href="{{ switches.toDesktop }}"{% unless switches.phone %} aria-current="true"{% endunless %}>Desktop</a><a href="{{ switches.toPhone }}"{% if switches.phone %} aria-current="true"{% endif %}>Phone</a></span>
{% if switches.remote %}<span class="choice"><a href="{{ switches.toQuiet }}">Block remote images</a></span>
{% else %}<span class="choice"><a href="{{ switches.toRemote }}">Load remote images</a></span>{% endif %}
</div>
<div class="stage"><iframe id="mail"{% if switches.phone %} class="phone"{% endif %} src="{{ switches.frame }}" title="The mail as its reader sees it" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></div>
{% else %}<p class="nothing">This mail has no HTML.</p>{% endif %}`;

const text = `{% if text != '' %}<pre tabindex="0" aria-label="The mail as plain text">
{{ text }}</pre>
{% else %}<p class="nothing">This mail has no plain text.</p>{% endif %}`;

const source = `{% if source.text != '' %}<pre tabindex="0" aria-label="The source of the mail">
{{ source.text }}</pre>
{% if source.cut %}<p class="nothing">That is not all of it.</p>{% endif %}
<p class="foot"><a href="/inbox/messages/{{ message.id }}/source">Download the source</a>{% if html != '' %} · <a href="/inbox/messages/{{ message.id }}/html">The HTML alone</a>{% endif %}</p>
{% else %}<p class="nothing">There is no source: the body was given up.</p>{% endif %}`;

const headers = `<dl class="pairs">
{% for header in headers %}<div><dt>{{ header.name }}</dt><dd><bdi>{{ header.value }}</bdi></dd></div>
{% endfor %}</dl>`;

const details = `<dl class="pairs">
{% for fact in facts %}<div><dt><bdi>{{ fact.name }}</bdi></dt><dd>{% if fact.href != '' %}<a href="{{ fact.href }}"><bdi>{{ fact.value }}</bdi></a>{% else %}<bdi>{{ fact.value }}</bdi>{% endif %}</dd></div>
{% endfor %}</dl>
<p class="foot"><a href="/inbox/messages/{{ message.id }}">This message as JSON</a></p>`;

const events = `<div class="happenings">
<form class="triggers" method="post" action="/inbox/view/{{ message.id }}/events" data-stay>
<h2>Make it happen</h2>
<input type="hidden" name="q" value="{{ view.q }}"><input type="hidden" name="state" value="{{ view.state }}"><input type="hidden" name="after" value="{{ view.after }}">
<div class="buttons">
{% for button in buttons %}<button class="quiet" name="event" value="{{ button.event }}">{{ button.label }}</button>
{% endfor %}</div>
{% if links.size > 0 %}<label for="click-url">Link to click</label>
<select id="click-url" name="url">{% for link in links %}<option>{{ link }}</option>{% endfor %}</select>
{% else %}<p class="soft">The mail has no web link.</p>{% endif %}
<button class="quiet" name="event" value="click">Click</button>
</form>
<ol class="history" aria-label="What has happened, oldest first">
{% for entry in history %}<li id="e-{{ forloop.index0 }}" data-row>
<p class="event"><span class="tag {{ entry.tone }}">{{ entry.label }}</span> <time>{{ entry.when }}</time> <span class="posting {{ entry.postingTone }}">{{ entry.posting }}</span></p>
{% if entry.gist != '' %}<p class="gist">{{ entry.gist }}</p>{% endif %}
<details><summary>JSON</summary><pre tabindex="0" aria-label="The event as JSON">{{ entry.json }}</pre></details>
</li>
{% endfor %}</ol>
</div>`;

/** The tabs of a message's page; they share its variables. */
export const tabTemplates = {
  'tab-html': html,
  'tab-text': text,
  'tab-source': source,
  'tab-headers': headers,
  'tab-details': details,
  'tab-events': events,
};
