import type { DemoAccount } from './secrets.js';

/**
 * Whether the demo account works: asks the gateway for a token, as an integrator would. Costs a start that finds the
 * account in place a few milliseconds, where the admin command would take a second or two.
 */
export async function canSignIn(gateway: string, demo: DemoAccount, signal: AbortSignal): Promise<boolean> {
  const form = {
    grant_type: 'password',
    client_id: demo.clientId,
    client_secret: demo.clientSecret,
    scope: 'qflowapi',
    username: demo.username,
    password: demo.password,
  };
  try {
    const answer = await fetch(`${gateway}/core/connect/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      // A connection kept alive would keep a program alive that only wanted to start and stop a stack.
      headers: { connection: 'close' },
      signal,
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // Then creating the account, which needs no gateway, says what is in the way.
    return false;
  }
}

/** The commands that create it. Both leave alone what is there already. */
export function demoAccountCommands({ username, password, clientId, clientSecret }: DemoAccount): string[][] {
  return [
    [
      'user',
      'create',
      `--email=${username}`,
      // Joined with '=': what is drawn at random may begin with a dash.
      `--password=${password}`,
      '--trust',
      'verified',
      '--comms',
      '--json',
    ],
    ['client', 'create', `--id=${clientId}`, `--secret=${clientSecret}`, '--json'],
  ];
}
