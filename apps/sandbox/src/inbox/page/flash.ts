/** What a page says right after a form was sent, by the word that the form's answer puts into the address. */
const FLASHES: ReadonlyMap<string, string> = new Map([
  ['emptied', 'The inbox was emptied.'],
  ['reset', 'Everything was reset: messages, waiting events, faults and domains.'],
  ['faults', 'The faults are set.'],
  ['calm', 'All faults are switched off.'],
  ['rule', 'The rule is set.'],
  ['no-rule', 'The rule was deleted.'],
  ['event', 'It happened: the event is the last one of the history.'],
  ['sample', 'A sample mail was accepted.'],
]);

/** In words, or nothing. Only words of our own are ever shown, whatever an address says. */
export function flashOf({ done }: Record<string, unknown>): string {
  return (typeof done === 'string' && FLASHES.get(done)) || '';
}
