/** What `--help` says, and every complaint about an option. */
export const usage = `The demo plays against one stack:

  --data DIR       the local stack that keeps its data there; without any option it is that of npm start
  --compose        the stack of docker/compose.yaml on this machine
  --gateway URL --sandbox URL [--receiver-host HOST]
                   any other one; HOST is this machine as that stack reaches it (127.0.0.1)

With --gateway it has to be said who signs in:

  --username, --password, --client-id, --client-secret, or in the environment
  QFLOW_DEMO_USERNAME, QFLOW_DEMO_PASSWORD, QFLOW_DEMO_CLIENT_ID, QFLOW_DEMO_CLIENT_SECRET`;
