/** One message: its head, its tabs and what is in them. */
export const message = `
.split { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; align-items: start; }
.split aside { display: none; }
@media (min-width: 1150px) {
  .split { grid-template-columns: minmax(20rem, 27rem) minmax(0, 1fr); }
  .split aside { display: flex; flex-direction: column; gap: .75rem; position: sticky; top: 1rem;
    max-height: calc(100vh - 4.5rem); }
  .split aside .mails { overflow: auto; }
}
article { min-width: 0; overflow: hidden; }
.moves { display: flex; gap: .5rem; padding: .75rem 1rem 0; }
.moves a:first-child { margin-right: auto; }
.head { padding: .75rem 1rem .5rem; }
.head h1 { margin: 0 0 .35rem; max-height: 7.9rem; overflow: auto; }
.head p { margin: 0 0 .35rem; overflow-wrap: anywhere; }
.head .who { display: flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: baseline; }
.tabs { display: flex; flex-wrap: wrap; gap: 0 .15rem; padding: 0 .6rem; border-bottom: 1px solid var(--line); }
.tabs a { padding: .55rem .7rem; border-bottom: 2px solid transparent; color: var(--soft); font-weight: 500; white-space: nowrap; }
.tabs a:focus-visible { outline-offset: -3px; }
.tabs a[aria-current] { color: var(--ink); border-color: var(--link); }
.body { min-height: 24rem; }
.nothing { padding: 3rem 1rem; text-align: center; color: var(--soft); }
.foot { padding: .75rem 1rem; border-top: 1px solid var(--line); margin: 0; }

.switches { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem; padding: .5rem 1rem;
  border-bottom: 1px solid var(--line); font-size: .9rem; }
.choice { display: inline-flex; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.choice a { padding: .2rem .75rem; color: var(--ink); }
.choice a:hover { background: var(--raised); text-decoration: none; }
.choice a[aria-current] { background: var(--link); color: var(--on-link); }
.choice a:focus-visible { outline-offset: -2px; }
.stage { background: var(--raised); }
iframe { display: block; width: 100%; height: max(26rem, calc(100vh - 21rem)); border: 0; margin: 0 auto; background: #ffffff;
  color-scheme: light; }
iframe.phone { width: 390px; max-width: 100%; border-inline: 1px solid var(--line); }

.happenings { display: grid; gap: 1rem; padding: 1rem; }
@media (min-width: 760px) { .happenings { grid-template-columns: 15rem minmax(0, 1fr); } }
.triggers { align-self: start; display: grid; gap: .5rem; min-width: 0; }
.triggers .buttons { display: grid; grid-template-columns: 1fr 1fr; gap: .4rem; margin-bottom: .5rem; }
.triggers button { padding-inline: .4rem; font-size: .9rem; }
.triggers select { width: 100%; }
.triggers p { margin: 0; font-size: .9rem; }
.history li { padding: .55rem .75rem; border-left: 2px solid var(--line); }
.history li:target { border-color: var(--link); background: var(--mark); }
.history p { margin: 0; }
.history .event { display: grid; grid-template-columns: 9.6rem auto 1fr; gap: .1rem .75rem; align-items: baseline; }
.history .tag { justify-self: start; }
@media (max-width: 559px) { .history .event { grid-template-columns: auto 1fr; } .history .posting { grid-column: 1 / -1; } }
.history .posting { font-size: .88rem; }
.history .posting.good { color: var(--soft); }
.history .gist { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--link); font-size: .88rem; width: fit-content; }
.history pre { background: var(--raised); border-radius: 6px; padding: .6rem .8rem; margin-top: .3rem; }
`;
