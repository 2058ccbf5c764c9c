export { buildComponents, buildOverlay } from './overlay/build-overlay.js';
export { Manifests, type Rule } from './overlay/manifests.js';
export { rules } from './rules.js';
export { edgeProblems, edgesOf } from './network/edges.js';
