/** The stylesheet of the inbox pages, served at `/inbox/style.css`. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --sheet: light-dark(#ffffff, #1d2128);
  --line: light-dark(#dfe3e8, #323944);
  --ink: light-dark(#1c2430, #e6e9ee);
  --soft: light-dark(#5c6878, #98a3b3);
  --link: light-dark(#0b5cad, #7db8f5);
  --good: light-dark(#0f7a43, #5fd39a);
  --bad: light-dark(#b3261e, #ff8f86);
  --wait: light-dark(#8a5a00, #f0c060);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
header { background: var(--sheet); border-bottom: 1px solid var(--line); }
header > div, main { max-width: 1180px; margin: 0 auto; padding: 14px 20px; }
header > div { display: flex; flex-wrap: wrap; gap: 6px 24px; align-items: baseline; }
header strong { font-size: 17px; }
header strong a { color: inherit; }
dl { margin: 0; }
.figures { display: flex; flex-wrap: wrap; gap: 2px 18px; color: var(--soft); }
.figures div { display: flex; gap: 6px; }
.figures dd { margin: 0; color: var(--ink); font-variant-numeric: tabular-nums; }
.note { background: var(--sheet); border-left: 3px solid var(--wait); padding: 8px 14px; margin: 0 0 16px; }
form { display: flex; gap: 8px; margin-bottom: 16px; }
input { flex: 1; min-width: 0; font: inherit; padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px;
  background: var(--sheet); color: inherit; }
button { font: inherit; padding: 8px 18px; border: 0; border-radius: 6px; background: var(--link); color: var(--sheet);
  cursor: pointer; }
:is(a, input, button, summary):focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
.mails { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; border-spacing: 0;
  border-collapse: separate; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 13px; }
th, td { padding: 9px 14px; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
.mails td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mails .to { width: 30%; } .mails .when { width: 206px; } .mails .event { width: 144px; }
.mails .subject a { font-weight: 600; }
time { color: var(--soft); font-variant-numeric: tabular-nums; }
.tag { display: inline-block; padding: 0 9px; border-radius: 10px; border: 1px solid currentColor; font-size: 13px; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); } .soft { color: var(--soft); }
.empty { text-align: center; padding: 56px 20px; color: var(--soft); }
.pages { margin-top: 14px; display: flex; gap: 20px; }
h1 { font-size: 22px; margin: 4px 0 2px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 26px 0 8px; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
iframe { display: block; width: 100%; height: 62vh; max-height: 640px; border: 0; border-bottom: 1px solid var(--line); background: #ffffff; }
pre { margin: 0; padding: 14px; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace;
  max-height: 60vh; overflow: auto; }
summary { cursor: pointer; padding: 9px 14px; font-weight: 600; }
details + details { border-top: 1px solid var(--line); }
.pairs th { width: 190px; }
.history .event { width: 144px; } .history .when { width: 206px; } .history .posting { width: 170px; }
code { font: 13px ui-monospace, monospace; }
@media (max-width: 720px) {
  .mails .when { display: none; }
  .mails .event { width: 132px; }
  .pairs th { width: 118px; }
  .history .when, .history .posting { width: 104px; }
  .history .event { width: 118px; }
  th, td { padding: 8px; }
}
`;
