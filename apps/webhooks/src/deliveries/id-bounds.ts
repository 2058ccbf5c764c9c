/**
 * The lowest and the highest of some ids. The log is partitioned by id, and a statement that says between which ids
 * its rows are is planned for those days alone instead of for thirty.
 */
export function idBounds(ids: readonly string[]): [lowest: string, highest: string] {
  let [lowest = '', highest = ''] = [ids[0], ids[0]];
  for (const id of ids) {
    if (id < lowest) lowest = id;
    if (id > highest) highest = id;
  }
  return [lowest, highest];
}
