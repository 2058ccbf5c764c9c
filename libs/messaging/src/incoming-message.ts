import type { JsMsg } from '@nats-io/jetstream';
import { contextOfHeaders, type RequestContext } from './context.js';
import type { Incoming } from './decorators.js';

/** A message as its handler gets it. Headers are read where somebody asks for them: that costs as much as the message. */
export class IncomingMessage<T> implements Incoming<T> {
  readonly delivery: number;

  constructor(
    readonly raw: JsMsg,
    readonly message: T,
  ) {
    this.delivery = raw.info.deliveryCount;
  }

  get context(): RequestContext | undefined {
    return contextOfHeaders(this.raw.headers);
  }
}
