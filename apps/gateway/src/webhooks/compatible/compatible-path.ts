/** Where the routes of SendComms and EmailFlow are, below the host that stands in for theirs. */
export const compatiblePath = 'api/v1/webhooks';

const below = new RegExp(`^/${compatiblePath}($|[/?])`);

/** @param url of a request, with its query */
export const isCompatible = (url: string): boolean => below.test(url);
