/** How to send the first mail; in the empty inbox and on a page of its own. */
const how = `<div class="how">
<section class="sheet">
<h2>With any SendGrid client</h2>
<dl class="pairs"><div><dt>Base URL</dt><dd><code class="whole">{{ start.baseUrl }}</code></dd></div>
<div><dt>API key</dt><dd><code class="whole">{{ start.apiKey }}</code></dd></div></dl>
<form class="try" method="post" action="/inbox/start/sample">
<label for="sample-to">Or let the sandbox send itself a sample to</label>
<span class="field"><select id="sample-to" name="to">{% for one in start.magic %}<option{% if one.address contains 'clicked' %} selected{% endif %}>{{ one.address }}</option>{% endfor %}</select>
<button>Send</button></span>
</form>
</section>
<section class="sheet">
<h2>curl</h2>
<pre tabindex="0" aria-label="A curl command">{{ start.curl }}</pre>
</section>
<section class="sheet">
<h2>@sendgrid/mail</h2>
<pre tabindex="0" aria-label="A program for Node">{{ start.node }}</pre>
</section>
<section class="sheet">
<h2>Magic recipients</h2>
<p>The address decides what becomes of the mail. A label may follow, as in <code>bounced+ann@sandbox.test</code>; mail to anybody else is delivered.</p>
<dl class="magic">
{% for one in start.magic %}<div><dt><code class="whole">{{ one.address }}</code></dt>
<dd>{% for event in one.events %}<span class="tag {{ event.tone }}">{{ event.name }}</span> {% endfor %}</dd></div>
{% endfor %}</dl>
</section>
</div>`;

const start = `{% layout 'layout' %}{% block content %}
<h1>How to send</h1>
{% render 'how', start: start %}
{% endblock %}`;

export const startTemplates = { how, start };
