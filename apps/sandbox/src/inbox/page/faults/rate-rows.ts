import {
  type FaultMeasures,
  type FaultRates,
  type FaultSettings,
  LARGEST_MEASURES,
  NO_FAULTS,
} from '../../../faults/fault-rates.js';
import { percentNumber } from './faults-in-words.js';

/** How much of the fault there is, asked for beside its rate. */
interface Measure {
  name: keyof FaultMeasures;
  unit: string;
}

const WORDS: Readonly<Record<keyof FaultRates, { what: string; measure?: Measure }>> = {
  rate429: {
    what: 'A send is answered 429; nothing is accepted. Come back in',
    measure: { name: 'resetSeconds', unit: 's' },
  },
  rate500: { what: 'A send is answered 500; nothing is accepted.' },
  rateReset: { what: 'The connection is reset; nothing is accepted.' },
  rateResetAfterAccept: { what: 'The mail is accepted, then the connection is reset.' },
  rateTimeoutBeforeAccept: { what: 'Nothing is accepted, and nobody answers.' },
  rateTimeoutAfterAccept: { what: 'The mail is accepted, and nobody answers.' },
  rateSlow: { what: 'The answer comes late, by', measure: { name: 'slowMs', unit: 'ms' } },
  duplicateEvents: { what: 'An event is posted twice.' },
  shuffleEvents: { what: 'The events of a post are in random order.' },
  delayEvents: {
    what: 'An event is held back, and others overtake it, for up to',
    measure: { name: 'delayEventsMs', unit: 'ms' },
  },
  lateBounces: {
    what: 'A delivered mail bounces after all, later by',
    measure: { name: 'lateBounceMinutes', unit: 'min' },
  },
};

/** The fields of the form, one row for each fault. */
export function rateRows(settings: FaultSettings): object[] {
  return (Object.keys(NO_FAULTS) as (keyof FaultRates)[]).map((name) => {
    const { what, measure } = WORDS[name];
    return {
      name,
      what,
      percent: percentNumber(settings[name]),
      on: settings[name] > 0,
      measure: measure
        ? { ...measure, value: settings[measure.name], largest: LARGEST_MEASURES[measure.name] }
        : null,
    };
  });
}
