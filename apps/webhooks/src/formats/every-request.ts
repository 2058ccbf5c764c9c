/** What every request says, whatever its format. */
export const everyRequest = {
  'Content-Type': 'application/json',
  'User-Agent': 'Qflow-Comms/1 (+webhooks)',
} as const;
