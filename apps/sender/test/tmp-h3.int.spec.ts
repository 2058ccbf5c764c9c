import { it } from '@jest/globals';
import { sendRequest } from '@qflow/testing';
import { SenderHarness } from './sender-harness.js';

it('loops', async () => {
  const harness = await SenderHarness.start({ PROVIDER_TIMEOUT_MS: '1000' });
  for (let round = 0; round < 8; round++) {
    const requests = Array.from({ length: 300 }, () => sendRequest());
    await Promise.all(requests.map((request) => harness.request(request)));
    await harness.sendgrid.until((mails) => requests.some(({ sendId }) => mails.some((mail) => mail.sendId === sendId)));
    const t = Date.now();
    await harness.stopReplica();
    const stopped = Date.now() - t;
    await harness.startReplica();
    const ids = requests.map(({ sendId }) => sendId);
    let rows: { state: string; n: string; due: string; error: string }[] = [];
    const until = Date.now() + 15_000;
    for (;;) {
      rows = await harness.query(`SELECT state, count(*) AS n, max(due_at - now())::text AS due, max(error) AS error, max(attempt) as attempt FROM sends WHERE id = ANY($1::uuid[]) GROUP BY state`, [ids]);
      if (rows.length === 1 && rows[0]?.state === 'sent' && Number(rows[0].n) === 300) break;
      if (Date.now() > until) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    process.stderr.write(`round ${round} stop ${stopped} took ${Date.now() - t} ${JSON.stringify(rows)}\n`);
  }
  await harness.stop();
}, 400_000);
