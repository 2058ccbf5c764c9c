import { v7 as uuidv7 } from 'uuid';

const idBytes = 16;
/** Drawn for many ids at once: most of what an id costs is asking for its random bytes. */
const random = new Uint8Array(256 * idBytes);
let drawn = random.length;

let moment = 0;
let count = 0;

/** A UUIDv7, above all that this process has minted before (RFC 9562 §6.2, method 1). */
export function mintId(): string {
  const bytes = draw();
  const now = Date.now();
  if (now > moment) {
    moment = now;
    count = startOf(bytes);
  } else count += 1;
  return uuidv7({ msecs: moment, seq: count, random: bytes });
}

function draw(): Uint8Array {
  if (drawn === random.length) {
    crypto.getRandomValues(random);
    drawn = 0;
  }
  return random.subarray(drawn, (drawn += idBytes));
}

/** Where the count of a moment begins: at random, and so far below its 32 bits that no moment is long enough to fill them. */
const startOf = (bytes: Uint8Array): number =>
  (((bytes[6] as number) & 0x7f) << 24) |
  ((bytes[7] as number) << 16) |
  ((bytes[8] as number) << 8) |
  (bytes[9] as number);
