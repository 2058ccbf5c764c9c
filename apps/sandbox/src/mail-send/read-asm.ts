import { isObject } from '../api/is-object.js';
import type { Problems } from './problems.js';

const MOST_GROUPS = 25;

/** Reads `asm`, the unsubscribe group that a mail is sent to. @returns its id; every positive one exists here */
export function readAsmGroup(value: unknown, problems: Problems): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) {
    problems.addType('asm', 'object', value);
    return undefined;
  }
  const { group_id: group, groups_to_display: shown } = value;
  if (shown !== undefined && shown !== null) checkShown(shown, problems);
  if (Number.isSafeInteger(group) && (group as number) > 0) return group as number;
  if (Number.isSafeInteger(group))
    problems.add(
      'asm.group_id',
      `The ASM group ID must be a valid Group ID on your account. You provided [${String(group)}].`,
    );
  else problems.add('asm.group_id', 'The ASM group ID must be an integer.');
  return undefined;
}

function checkShown(shown: unknown, problems: Problems): void {
  if (!Array.isArray(shown) || !shown.every((id) => Number.isSafeInteger(id))) {
    problems.add('asm.groups_to_display', 'The ASM Group IDs to display must be an array of integers.');
  } else if (shown.length > MOST_GROUPS) {
    problems.add(
      'asm.groups_to_display',
      `There is a limit of ${MOST_GROUPS} unsubscribe groups that can be displayed to a user at a time.`,
    );
  }
}
