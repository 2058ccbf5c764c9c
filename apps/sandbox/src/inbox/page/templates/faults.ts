const rates = `<form class="sheet rates" method="post" action="/inbox/faults" data-stay>
<h2>By chance</h2>
<ul>
{% for rate in rates %}<li{% if rate.on %} class="on"{% endif %}>
<label for="{{ rate.name }}"><code>{{ rate.name }}</code> <span>{{ rate.what }}</span></label>
{% if rate.measure %}<span class="measure"><input type="number" name="{{ rate.measure.name }}" aria-label="{{ rate.measure.name }}" min="0" max="{{ rate.measure.largest }}" step="any" value="{{ rate.measure.value }}"> {{ rate.measure.unit }}</span>{% endif %}
<span class="percent"><input type="number" id="{{ rate.name }}" name="{{ rate.name }}" min="0" max="100" step="any" value="{{ rate.percent }}"> %</span>
</li>
{% endfor %}<li><label for="seed"><code>seed</code> <span>The same seed and the same requests meet the same faults.</span></label>
<span class="percent"><input type="number" id="seed" name="seed" min="-2147483647" max="2147483647" value="{{ seed }}"></span></li>
</ul>
<p class="actions"><button>Set</button><button class="quiet" formaction="/inbox/faults/off" formnovalidate>Switch all off</button></p>
</form>`;

const rules = `<section class="sheet rules">
<h2>For certain mail</h2>
<p class="soft">The first rule that fits decides; a rate is asked only where no rule has struck.</p>
{% if rules.size > 0 %}<ul>
{% for rule in rules %}<li id="rule-{{ rule.id }}"{% unless rule.spent %} class="on"{% endunless %}>
<p><code>{{ rule.fault }}</code> {{ rule.measures }}<br><bdi>{{ rule.match }}</bdi><br><span class="soft">{{ rule.standing }}{% if rule.spent %}, spent{% endif %}</span></p>
<form method="post" action="/inbox/faults/rules/{{ rule.id }}/delete" data-stay><button class="quiet" aria-label="Delete the rule {{ rule.fault }} for {{ rule.match }}">Delete</button></form>
</li>
{% endfor %}</ul>{% endif %}
<form class="rule" method="post" action="/inbox/faults/rules" data-stay>
<h3>New rule</h3>
<p class="soft">An asterisk (*) stands for any text. What is left empty fits every mail.</p>
<label>To <input name="to" maxlength="500" placeholder="*@example.com" autocomplete="off" spellcheck="false"></label>
<label>From <input name="from" maxlength="500" autocomplete="off" spellcheck="false"></label>
<label>Subject <input name="subject" maxlength="500" autocomplete="off" spellcheck="false"></label>
<label>Custom argument <input name="argument" maxlength="600" placeholder="name=value" autocomplete="off" spellcheck="false"></label>
<label>Fault <select name="fault">{% for kind in kinds %}<option>{{ kind }}</option>{% endfor %}</select></label>
<label>Percent <input type="number" name="percent" min="0" max="100" step="any" value="100"></label>
<label>Times <input type="number" name="times" min="1" max="1000000" placeholder="for ever"></label>
<label>HTTP status <input type="number" name="status" min="400" max="599" placeholder="only for status"></label>
<label>Delay in ms <input type="number" name="delayMs" min="0" max="120000" placeholder="slow, timeout-…"></label>
<label>Reset in s <input type="number" name="resetSeconds" min="0" max="3600" placeholder="rate-limited"></label>
<p class="actions"><button>Add</button></p>
</form>
</section>`;

const faults = `{% layout 'layout' %}{% block content %}
<h1>Faults</h1>
<div class="faults">
{% render 'rates', rates: rates, seed: seed %}
{% render 'rules', rules: rules, kinds: kinds %}
</div>
{% endblock %}`;

export const faultTemplates = { rates, rules, faults };
