/**
 * Imported first by every script, before anything that an old Node would stumble over: whoever has the wrong Node
 * reads one sentence instead of a stack trace.
 */
const wanted = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(
    `Qflow Comms needs Node ${wanted.join('.')} or later; this is Node ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(1);
}
if (process.platform === 'win32') {
  console.error('The local stack runs on Linux and macOS. On Windows, use it inside WSL 2.');
  process.exit(1);
}
