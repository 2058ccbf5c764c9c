/**
 * A service as the supervisor sees it: ready over HTTP, JSON on stdout, gone on SIGTERM. `/env` shows its settings,
 * and whoever has created a client gets a token.
 */
import { createServer } from 'node:http';
import { journal, name, note } from './journal.js';

const routes = {
  '/health/ready': () => ({ status: 'ok' }),
  '/env': () => process.env,
  '/core/connect/token': () =>
    journal().includes('admin client create') ? { access_token: 'x' } : undefined,
};

createServer((request, response) => {
  const answer = routes[request.url]?.();
  response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
}).listen(Number(process.env.PORT), process.env.HOST, () => {
  note(`start ${name}`);
  console.log(JSON.stringify({ level: 'info', msg: `${name} is listening` }));
});

process.on('SIGTERM', () => process.exit(0));
