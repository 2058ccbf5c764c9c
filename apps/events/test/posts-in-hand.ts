import { Metrics, Readiness, type PartState } from '@qflow/service';
import { pino } from 'pino';
import { PostsInHand } from '../src/ingest/posts-in-hand.js';

export interface ObservedPosts {
  inHand: PostsInHand;
  /** What was logged: level and message. */
  lines: [level: number, message: string][];
  /** As `/health` shows it. */
  state: () => PartState;
}

/** Posts in hand, of which a spec sees what an operator would. */
export function observedPosts(): ObservedPosts {
  const lines: ObservedPosts['lines'] = [];
  const write = (line: string): void => {
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    lines.push([level, msg]);
  };
  const readiness = new Readiness();
  const inHand = new PostsInHand(new Metrics(), readiness, pino({}, { write }));
  const state = (): PartState => {
    const [part] = readiness.states();
    if (!part) throw new Error('nothing is shown');
    return part[1];
  };
  return { inHand, lines, state };
}
