/** The list of messages, wide and beside a message. */
export const list = `
.tools { max-width: 56rem; margin-bottom: .75rem; }
.search { display: flex; gap: .5rem; }
.search input { flex: 1; width: 100%; }
.chips { display: flex; flex-wrap: wrap; gap: .35rem; margin-bottom: .9rem; align-items: center; }
.chips a { padding: .2rem .75rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--sheet); color: var(--ink);
  font-size: .9rem; }
.chips a:hover { background: var(--raised); text-decoration: none; }
.chips .reset { margin-left: auto; border-style: dashed; border-color: var(--edge); }
.chips a[aria-current] { background: var(--link); border-color: var(--link); color: var(--on-link); }
.pages { display: flex; gap: .5rem; margin-top: 1rem; }

.mails { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.mails li { border-top: 1px solid var(--line); }
.mails li:first-child { border: 0; }
.mails a { display: grid; gap: 0 1rem; align-items: baseline; padding: .55rem 1rem; color: var(--ink); }
.mails a:hover { background: var(--raised); text-decoration: none; }
.mails a:focus-visible { outline-offset: -2px; }
.mails a[aria-current] { background: var(--mark); box-shadow: inset 3px 0 var(--link); }
.mails :is(.to, .subject) { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mails .subject { font-weight: 600; }
.mails a:visited .subject { color: var(--soft); }
.mails .from { font-weight: 400; color: var(--soft); margin-left: .5rem; }
.mails time { text-align: right; font-size: .88rem; }
.mails.full a { grid-template: 'tag to subject time' / 9.6rem minmax(9rem, 21rem) minmax(0, 1fr) 6rem; }
.mails .tag { grid-area: tag; justify-self: start; }
.mails .to { grid-area: to; } .mails .subject { grid-area: subject; } .mails time { grid-area: time; }
.mails.slim a { grid-template: 'to time' 'subject tag' / minmax(0, 1fr) auto; }
.mails.slim .tag { justify-self: end; }
.mails.slim .from { display: none; }
.mails.slim .to { font-size: .88rem; }
@media (max-width: 899px) {
  .mails.full a { grid-template: 'to time' 'subject tag' / minmax(0, 1fr) auto; padding: .6rem .8rem; }
  .mails.full .tag { justify-self: end; }
  .mails.full .from { display: none; }
  .mails.full .to { font-size: .9rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .fresh { animation: fresh 2.5s ease-out; }
  @keyframes fresh { from { background: var(--mark); box-shadow: inset 4px 0 var(--link); } }
}
`;
