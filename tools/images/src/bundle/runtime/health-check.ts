import http from 'node:http';

const { HOST = '0.0.0.0', PORT } = process.env;
const host = ['0.0.0.0', '::'].includes(HOST) ? '127.0.0.1' : HOST;

/** Healthy is ready: Docker keeps what is said, so that `docker inspect` shows why a container is not. */
http
  .get({ host, port: PORT, path: '/health/ready', timeout: 2500 }, (response) => {
    process.exitCode = response.statusCode === 200 ? 0 : 1;
    response.pipe(process.stdout);
  })
  .on('timeout', () => fail('no answer'))
  .on('error', ({ message }) => fail(message));

function fail(reason: string): void {
  process.stdout.write(`${reason}\n`);
  process.exit(1);
}
