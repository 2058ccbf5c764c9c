import path from 'node:path';

/** As the developer tools of a browser know them by their endings. */
export type ProfileKind = 'cpuprofile' | 'heapprofile';

/** @param name `<row>-<service>` */
export const profileFile = (folder: string, name: string, kind: ProfileKind): string =>
  path.join(folder, `${name}.${kind}`);

export const profileName = (row: string, service: string): string => `${row}-${service}`;
