/** Asks before anything is thrown away. */
export const reset = `{% layout 'layout' %}{% block content %}
<div class="sheet ask">
<h1>Reset the sandbox?</h1>
<p>There is no way back. Choose what is to go.</p>
<form method="post" action="/inbox/reset">
<button class="grave" name="what" value="inbox">Empty the inbox</button>
<p>{{ stats.messages }} {% if stats.messages == 1 %}message{% else %}messages{% endif %} and the counts. Events that wait are still posted; faults and domains stay.</p>
<button class="grave" name="what" value="all">Reset everything</button>
<p>As if the sandbox had just been started: messages, events that wait, faults, rules and domains.</p>
<a class="button quiet" href="/inbox" aria-keyshortcuts="Escape">Cancel</a>
</form>
</div>
{% endblock %}`;
