import { describe, expect, it } from '@jest/globals';
import { Circuit } from './circuit.js';

/** In the middle of the jitter. */
const middle = 0.5;

const opened = (now = 0): Circuit => {
  const circuit = new Circuit();
  for (let n = 0; n < 5; n++) circuit.failed(circuit.start(), now, middle);
  return circuit;
};

describe('the circuit of an endpoint', () => {
  it('opens after five attempts in a row without any answer', () => {
    const circuit = new Circuit();
    for (let n = 0; n < 4; n++) circuit.failed(circuit.start(), 0, middle);
    expect([circuit.isOpen, circuit.mayStart(0)]).toEqual([false, true]);
    circuit.failed(circuit.start(), 0, middle);
    expect([circuit.isOpen, circuit.mayStart(0)]).toEqual([true, false]);
  });

  it('stays closed where an answer came in between', () => {
    const circuit = new Circuit();
    for (let n = 0; n < 20; n++) {
      if (n % 4 === 0) circuit.answered();
      circuit.failed(circuit.start(), 0, middle);
    }
    expect(circuit.isOpen).toBe(false);
  });

  it('lets one probe at a time out, at growing intervals', () => {
    const circuit = opened();
    const starts: number[] = [];
    for (let now = 0; now <= 120_000; now += 500)
      if (circuit.mayStart(now)) {
        starts.push(now);
        const probe = circuit.start();
        expect([probe, circuit.mayStart(now + 60_000)]).toEqual([true, false]);
        circuit.failed(probe, now, middle);
      }
    expect(starts).toEqual([1_000, 3_000, 7_000, 15_000, 31_000, 61_000, 91_000]);
  });

  it('closes at any answer, and forgets how long it was open', () => {
    const circuit = opened();
    circuit.start();
    circuit.answered();
    expect([circuit.isOpen, circuit.mayStart(0)]).toEqual([false, true]);
    for (let n = 0; n < 5; n++) circuit.failed(circuit.start(), 10_000, middle);
    expect([circuit.mayStart(10_999), circuit.mayStart(11_000)]).toEqual([false, true]);
  });

  it('is not told more by what was under way when it opened', () => {
    const circuit = opened();
    for (let n = 0; n < 60; n++) circuit.failed(false, 900, middle);
    expect(circuit.mayStart(1_000)).toBe(true);
  });

  it('probes again at once where a probe was not made', () => {
    const circuit = opened();
    circuit.abandoned(circuit.mayStart(1_000) && circuit.start());
    expect(circuit.mayStart(1_000)).toBe(true);
  });

  it('probes when told that something has changed, still one at a time', () => {
    const circuit = opened();
    circuit.probeSoon(10);
    expect([circuit.mayStart(9), circuit.mayStart(10)]).toEqual([false, true]);
    circuit.start();
    circuit.probeSoon(20);
    expect(circuit.mayStart(20)).toBe(false);
  });

  it('spreads its probes', () => {
    const first = (random: number): Circuit => {
      const circuit = new Circuit();
      for (let n = 0; n < 5; n++) circuit.failed(false, 0, random);
      return circuit;
    };
    expect([first(0).mayStart(799), first(0).mayStart(800)]).toEqual([false, true]);
    expect([first(0.999).mayStart(1_199), first(0.999).mayStart(1_200)]).toEqual([false, true]);
  });
});
