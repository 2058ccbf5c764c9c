import { whatIs } from './images.js';
import type { Progress } from './progress.js';
import type { StandIn, Tools } from './stand-in.js';

/**
 * Makes the images that are missing. One that was pulled is better than ours, and one of an earlier run as good.
 * @param options.force makes all of them anew, over whatever is there
 */
export async function makeStandIns(
  standIns: readonly StandIn[],
  tools: Tools,
  { progress, force }: { progress: Progress; force: boolean },
): Promise<void> {
  for (const standIn of standIns) {
    const { image, from } = standIn;
    const there = await whatIs(tools.commands, image);
    if (there === 'nothing' || force)
      await progress.step(`Making ${image} from ${from}`, () => standIn.make(tools));
    else if (there === 'real') progress.note(`✓ ${image} was pulled: it stays (--force would replace it)`);
    else progress.note(`✓ ${image} is a stand-in of an earlier run`);
  }
}
