import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/**
 * The address of this machine that an address elsewhere knows it by. Nothing is sent: for a datagram socket, connecting
 * only chooses the way.
 * @param {string} address
 * @returns {Promise<string>} as it stands in a URL.
 */
export async function addressTowards(address) {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    socket.connect(9, address);
    await once(socket, 'connect');
    const own = socket.address().address;
    return isIPv6(own) ? `[${own}]` : own;
  } finally {
    socket.close();
  }
}
