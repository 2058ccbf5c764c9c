// The gateway shows these names too, so they are a contract.
export { eventNameIn, filterNames, typesNamed } from '@qflow/contracts';
