/**
 * A question one service asks another over core NATS. The type parameters exist for the compiler only; the
 * subject is the whole runtime value.
 */
export interface Rpc<Request, Reply> {
  readonly subject: string;
  /** Never set; carries the types. */
  readonly types?: { request: Request; reply: Reply };
}

export const defineRpc = <Request, Reply>(subject: string): Rpc<Request, Reply> => ({ subject });
