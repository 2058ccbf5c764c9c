/** `node run-stack.js ROOT DATA_DIR`: a stack in the foreground, as `npm start` runs it. */
import { createProgress } from '../../dist/bootstrap/progress.js';
import { runForeground } from '../../dist/index.js';

const [root, dataDir] = process.argv.slice(2);
process.exitCode = await runForeground({ root, dataDir, progress: createProgress() });
