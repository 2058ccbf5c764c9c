import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv4, type AddressInfo, type Server, type Socket } from 'node:net';

import * as packet from 'dns-packet';

/** How a name is answered. */
export type DnsReply =
  /** Addresses of both families; a question gets those of its own. */
  | { addresses: readonly string[]; ttl?: number }
  /** Another name, whose own reply is looked up here and sent along. */
  | { cname: string }
  | 'nxdomain'
  | 'servfail'
  | 'refused'
  /** Nothing at all. */
  | 'never'
  /** Over UDP only the mark that the answer does not fit; over TCP all of it. */
  | { truncated: readonly string[] }
  /** The same, but not before the promise is fulfilled. */
  | { after: Promise<unknown>; then: DnsReply }
  /** One for each family. */
  | { A: DnsReply; AAAA: DnsReply };

export interface DnsQuestion {
  name: string;
  type: string;
  transport: 'udp' | 'tcp';
}

export interface DnsServer {
  /** `address:port`, as resolvers take it. */
  address: string;
  /** Every question so far. */
  readonly questions: readonly DnsQuestion[];
  /**
   * Sets what a name is answered: with several replies, the first question of a family gets the first one, and the last
   * one stays. Names that are not set do not exist.
   */
  set(name: string, ...replies: readonly DnsReply[]): void;
  close(): Promise<void>;
}

interface Zone {
  replies: readonly DnsReply[];
  asked: Map<string, number>;
}

/** A name server on loopback, over UDP and TCP, that says what it is told to. */
export async function dnsServer(): Promise<DnsServer> {
  const zones = new Map<string, Zone>();
  const questions: DnsQuestion[] = [];

  const answer = async (
    query: packet.Packet,
    transport: 'udp' | 'tcp',
  ): Promise<packet.Packet | undefined> => {
    const [question] = query.questions ?? [];
    if (!question) return undefined;
    questions.push({ name: question.name, type: question.type, transport });
    const reply = nextReply(zones, question.name.toLowerCase(), question.type);
    return respond(zones, query, question, reply, transport);
  };

  const udp = createSocket('udp4');
  udp.on('message', (message, from) => {
    void answer(packet.decode(message), 'udp').then((response) => {
      if (response) udp.send(packet.encode(response), from.port, from.address, () => undefined);
    });
  });
  // TCP has the say in the number: of its ports many are taken, of those of UDP hardly any.
  const tcp = await tcpServer((query) => answer(query, 'tcp'));
  const { port } = tcp.server.address() as AddressInfo;
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');

  return {
    address: `127.0.0.1:${port}`,
    questions,
    set: (name, ...replies) => void zones.set(name.toLowerCase(), { replies, asked: new Map() }),
    async close() {
      udp.close();
      tcp.sockets.forEach((socket) => socket.destroy());
      tcp.server.close();
      await Promise.all([once(udp, 'close'), once(tcp.server, 'close')]);
    },
  };
}

async function tcpServer(
  answer: (query: packet.Packet) => Promise<packet.Packet | undefined>,
): Promise<{ server: Server; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      void answer(packet.streamDecode(received)).then((response) => {
        if (response) socket.end(packet.streamEncode(response));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, sockets };
}

function nextReply(zones: Map<string, Zone>, name: string, type: string): DnsReply {
  const zone = zones.get(name);
  if (!zone) return 'nxdomain';
  const before = zone.asked.get(type) ?? 0;
  zone.asked.set(type, before + 1);
  return zone.replies[Math.min(before, zone.replies.length - 1)] ?? 'nxdomain';
}

const codes = { nxdomain: 3, servfail: 2, refused: 5 } as const;

async function respond(
  zones: Map<string, Zone>,
  query: packet.Packet,
  question: packet.Question,
  reply: DnsReply,
  transport: 'udp' | 'tcp',
): Promise<packet.Packet | undefined> {
  const response = (flags: number, answers: packet.Answer[] = []): packet.Packet => ({
    type: 'response',
    id: query.id ?? 0,
    flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | flags,
    questions: [question],
    answers,
  });
  if (reply === 'never') return undefined;
  if (typeof reply === 'string') return response(codes[reply]);
  if ('after' in reply) {
    await reply.after;
    return respond(zones, query, question, reply.then, transport);
  }
  if ('A' in reply)
    return respond(zones, query, question, question.type === 'AAAA' ? reply.AAAA : reply.A, transport);
  if ('truncated' in reply)
    return transport === 'udp'
      ? response(packet.TRUNCATED_RESPONSE)
      : response(0, records(question, reply.truncated));
  if ('cname' in reply) {
    const target = nextReply(zones, reply.cname.toLowerCase(), question.type);
    const found = typeof target === 'object' && 'addresses' in target ? target.addresses : [];
    const alias: packet.Answer = { type: 'CNAME', name: question.name, data: reply.cname, ttl: 0 };
    return response(0, [alias, ...records({ ...question, name: reply.cname }, found)]);
  }
  return response(0, records(question, reply.addresses, reply.ttl));
}

const records = ({ name, type }: packet.Question, addresses: readonly string[], ttl = 0): packet.Answer[] =>
  addresses
    .filter((address) => isIPv4(address) === (type === 'A'))
    .map((data) => ({ type: type === 'A' ? 'A' : 'AAAA', name, data, ttl }));
