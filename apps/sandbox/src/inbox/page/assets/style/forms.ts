/** Fields and buttons, and the pages that are made of them. */
export const forms = `
input, select { font: inherit; min-width: 0; min-height: 2.4rem; padding: .35rem .65rem; border: 1px solid var(--edge);
  border-radius: 6px; background: var(--sheet); color: var(--ink); }
input::placeholder { color: var(--soft); opacity: 1; }
button, .button { display: inline-block; font: inherit; font-weight: 600; min-height: 2.4rem; padding: .35rem 1rem; border: 1px solid var(--link);
  border-radius: 6px; background: var(--link); color: var(--on-link); cursor: pointer; text-align: center; }
button:hover, .button:hover { text-decoration: none; filter: brightness(1.06); }
button.quiet, .button.quiet { background: var(--sheet); color: var(--ink); border-color: var(--line); font-weight: 500; }
button.quiet:hover, .button.quiet:hover { background: var(--raised); filter: none; }
button.grave { background: light-dark(#b3261e, #ff9f97); border-color: light-dark(#b3261e, #ff9f97);
  color: light-dark(#ffffff, #2b0a08); }
.button.off { color: var(--soft); opacity: .55; cursor: default; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0; }

.ask { max-width: 36rem; margin: 2rem auto; padding: 1.5rem; }
.ask button { margin-top: .75rem; }
.ask p { color: var(--soft); margin-top: .35rem; }
.ask a { margin-top: 1rem; }

.faults { display: grid; gap: 1rem; align-items: start; }
@media (min-width: 1100px) { .faults { grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); } }
.rates, .rules { padding: 1rem 1.1rem; }
.rates li { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; align-items: center; gap: .3rem .75rem;
  padding: .4rem .5rem; border-top: 1px solid var(--line); }
.rates li.on { background: var(--wait-bg); }
.rates label span { display: block; color: var(--soft); font-size: .9rem; }
.rates li.on label span { color: var(--wait); }
.rates .percent { grid-column: 3; min-width: 7.3rem; }
.rates .measure { grid-column: 2; white-space: nowrap; }
.rates input { width: 5.5rem; text-align: right; }
#seed { width: 7.3rem; }
.rates .actions { margin-top: 1rem; }
.rules li { display: flex; gap: .75rem; justify-content: space-between; align-items: start; padding: .6rem .5rem;
  border-top: 1px solid var(--line); }
.rules li.on { background: var(--wait-bg); }
.rules li.on .soft { color: var(--wait); }
.rules li p { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.rule { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr)); gap: .6rem .9rem;
  align-items: end; padding-top: 1rem; border-top: 1px solid var(--line); }
.rule h3, .rule p { grid-column: 1 / -1; margin: 0; }
.rule label { display: grid; gap: .15rem; font-size: .9rem; color: var(--soft); }
@media (max-width: 559px) {
  .rates li { grid-template-columns: minmax(0, 1fr) auto; }
  .rates label { grid-column: 1 / -1; }
  .rates .measure { grid-column: 1; } .rates .percent { grid-column: 2; }
}

.how { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); align-items: start; }
.how section { padding: 1rem 1.1rem; min-width: 0; }
.how pre { background: var(--raised); border-radius: 6px; user-select: all; }
.how .pairs div { padding: .3rem 0; }
.try { display: grid; gap: .4rem; margin-top: .75rem; }
.field { display: flex; gap: .5rem; }
.field select { flex: 1; width: 100%; }
.magic div { display: flex; flex-wrap: wrap; gap: .1rem .75rem; padding: .3rem 0; border-top: 1px solid var(--line); }
.magic dt { flex: 0 1 15rem; }
`;
