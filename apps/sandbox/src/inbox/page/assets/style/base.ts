/** Colours, text, and what is around every page. All text contrasts by 4.5 : 1 at least (WCAG 2.2, 1.4.3). */
export const base = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f6f9, #12151a);
  --sheet: light-dark(#ffffff, #1a1e25);
  --raised: light-dark(#eef1f6, #232934);
  --line: light-dark(#dce1e8, #313845);
  --edge: light-dark(#838e9f, #707c8f);
  --ink: light-dark(#18202c, #e8ebf0);
  --soft: light-dark(#566173, #a1acbc);
  --link: light-dark(#2445c4, #9db4ff);
  --on-link: light-dark(#ffffff, #10162b);
  --mark: light-dark(#e8edff, #232d4d);
  --good: light-dark(#0b6537, #74dfa8); --good-bg: light-dark(#dff4e8, #12301f);
  --bad: light-dark(#a1211a, #ff9f97); --bad-bg: light-dark(#fde6e4, #3b1b19);
  --wait: light-dark(#734a00, #f3c667); --wait-bg: light-dark(#fdefce, #352a0f);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  overflow-y: scroll;
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--ink); }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 0 0 .5rem; }
h3 { font-size: .95rem; margin: 0 0 .25rem; }
p { margin: 0 0 .5rem; }
dl, ol, ul { margin: 0; padding: 0; list-style: none; }
dd { margin: 0; }
code, pre { font: .86rem/1.55 var(--mono); }
pre { margin: 0; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
kbd { font: .75rem/1 var(--mono); padding: .15rem .35rem; border: 1px solid var(--line); border-bottom-width: 2px;
  border-radius: 4px; background: var(--sheet); color: var(--ink); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.soft { color: var(--soft); }
.bad { color: var(--bad); } .good { color: var(--good); } .wait { color: var(--wait); }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; z-index: 1; padding: .5rem 1rem; background: var(--sheet); }
.skip:focus { left: .5rem; top: .5rem; }
.whole { user-select: all; overflow-wrap: anywhere; }

header { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.5rem; padding: 0 clamp(.75rem, 2vw, 1.5rem);
  background: var(--sheet); border-bottom: 1px solid var(--line); }
.brand { font-size: 1.1rem; font-weight: 700; color: var(--ink); padding: .6rem 0; }
.brand::before { content: ''; display: inline-block; width: .8rem; height: .8rem; margin-right: .5rem; border-radius: 3px;
  background: linear-gradient(135deg, #f7b733 50%, #3451d1 50%); }
header nav { display: flex; flex-wrap: wrap; gap: 0 .25rem; }
header nav a { padding: .7rem .65rem; color: var(--soft); border-bottom: 2px solid transparent; font-weight: 500; }
header nav a[aria-current] { color: var(--ink); border-color: var(--link); }
.count { display: inline-block; min-width: 1.5rem; padding: 0 .4rem; border-radius: 1rem; background: var(--raised);
  color: var(--soft); font-size: .8rem; text-align: center; font-variant-numeric: tabular-nums; }
.state { margin-left: auto; min-width: 4.8rem; font-size: .85rem; color: var(--soft); text-align: right; }
.state::before { content: ''; display: inline-block; width: .55rem; height: .55rem; margin-right: .4rem; border-radius: 50%;
  background: var(--edge); }
.state::after { content: 'not live'; }
[data-state='live'] .state::before { background: light-dark(#15a05a, #3fd488); }
[data-state='live'] .state::after { content: 'live'; }
[data-state='offline'] .state::before { background: light-dark(#d0382f, #ff7d73); }
[data-state='offline'] .state::after { content: 'offline'; }

.alarm { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem; padding: .5rem clamp(.75rem, 2vw, 1.5rem);
  background: var(--wait-bg); color: var(--wait); border-bottom: 1px solid var(--line); }
.alarm p { margin: 0; flex: 1 1 16rem; overflow-wrap: anywhere; }
#flash:not(:empty) { margin: .75rem clamp(.75rem, 2vw, 1.5rem) 0; padding: .55rem .9rem; border-left: 3px solid var(--link);
  border-radius: 4px; background: var(--mark); overflow-wrap: anywhere; }
#flash:empty { margin: 0; }
main { flex: 1; width: 100%; max-width: 1760px; margin: 0 auto; padding: 1rem clamp(.75rem, 2vw, 1.5rem) 1.5rem; }
footer { position: sticky; bottom: 0; display: flex; flex-wrap: wrap; justify-content: space-between; gap: .1rem 1.5rem;
  padding: .35rem clamp(.75rem, 2vw, 1.5rem); background: var(--raised); border-top: 1px solid var(--line);
  color: var(--soft); font-size: .82rem; }
footer dl { display: flex; flex-wrap: wrap; gap: 0 1.1rem; }
footer dl div { display: flex; gap: .35rem; }
footer dd { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
footer dd.bad { color: var(--bad); }
footer p { margin: 0; }
@media (max-width: 559px) { header nav { order: 1; flex-basis: 100%; } header nav a { padding: .35rem .55rem .5rem; } }
@media (max-width: 899px) { .keys { display: none; } footer { position: static; } }
@media (hover: none) { .keys { display: none; } }

.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; }
.empty { padding: 3rem 1rem; text-align: center; color: var(--soft); }
.empty.first { padding: 1.25rem 1rem; }
.empty h1, .empty h2 { color: var(--ink); font-size: 1.25rem; margin: 0 0 .25rem; }
.note { padding: .45rem .8rem; border-left: 3px solid var(--edge); background: var(--raised); border-radius: 4px; }
.tag { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; background: var(--raised); color: var(--soft);
  font-size: .82rem; font-weight: 500; white-space: nowrap; }
.tag.good { background: var(--good-bg); color: var(--good); }
.tag.bad { background: var(--bad-bg); color: var(--bad); }
.tag.wait { background: var(--wait-bg); color: var(--wait); }
time { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.pairs div { display: grid; grid-template-columns: minmax(7rem, 14rem) minmax(0, 1fr); gap: .25rem 1rem; padding: .5rem 1rem;
  border-bottom: 1px solid var(--line); }
.pairs div:last-child { border: 0; }
.pairs dt { color: var(--soft); overflow-wrap: anywhere; }
.pairs dd { overflow-wrap: anywhere; white-space: pre-wrap; }
@media (max-width: 559px) { .pairs div { grid-template-columns: minmax(0, 1fr); gap: 0; } }
`;
