/**
 * What a signal does until the service listens to it. The process of a container is number 1, for which the kernel has no
 * default action: without this a service that is told to end while it starts would go on until it is killed.
 */
for (const [signal, status] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)
  process.on(signal, () => {
    // Whoever else listens has work in hand to finish. A second signal, after theirs, does not wait for that.
    if (process.listenerCount(signal) === 1) process.exit(status);
  });
