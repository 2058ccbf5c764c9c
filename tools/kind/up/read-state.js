/**
 * What the objects of a namespace say about how far it is.
 *
 * @typedef {object} State
 * @property {string[]} missing What is not ready, in words: `nats 1 of 3 (starting)`.
 * @property {string[]} failed Names of Jobs that have given up.
 *
 * @param {any[]} items Deployments, StatefulSets, Jobs and Pods, as kubectl prints them.
 * @returns {State}
 */
export function readState(items) {
  const of = (kind) => items.filter((item) => item.kind === kind);
  const pods = of('Pod').filter((pod) => !pod.metadata.deletionTimestamp);
  const missing = (item, text) => {
    const why = reasonOf(pods.filter((pod) => belongsTo(pod, item)));
    return why ? `${text} (${why})` : text;
  };
  const services = [...of('StatefulSet'), ...of('Deployment')].filter((item) => !isUp(item));
  const jobs = of('Job').filter((job) => !is(job, 'Complete'));
  return {
    missing: [
      ...services.map((item) =>
        missing(item, `${item.metadata.name} ${ready(item)} of ${item.spec.replicas}`),
      ),
      ...jobs.map((job) => missing(job, `Job ${job.metadata.name}`)),
    ],
    failed: jobs.filter((job) => is(job, 'Failed')).map((job) => job.metadata.name),
  };
}

const is = (job, type) =>
  (job.status?.conditions ?? []).some((one) => one.type === type && one.status === 'True');

/** Those of the newest version that take requests. */
const ready = ({ kind, status = {} }) =>
  Math.min(
    (kind === 'Deployment' ? status.availableReplicas : status.readyReplicas) ?? 0,
    status.updatedReplicas ?? 0,
  );

/** Also that what was there before is gone: a restart is over only then. */
const isUp = (item) =>
  (item.status?.observedGeneration ?? 0) >= item.metadata.generation &&
  ready(item) >= item.spec.replicas &&
  (item.status.replicas ?? 0) <= item.spec.replicas;

const NAME = 'app.kubernetes.io/name';
const belongsTo = (pod, { spec }) => pod.metadata.labels?.[NAME] === spec.template.metadata.labels[NAME];

const reasons = {
  ContainerCreating: 'starting',
  PodInitializing: 'starting',
  CreateContainerConfigError: 'waits for its Secret',
  ErrImagePull: 'its image cannot be pulled',
  ImagePullBackOff: 'its image cannot be pulled',
  ErrImageNeverPull: 'its image is not in the cluster',
  CrashLoopBackOff: 'ends again and again',
};

/** The most telling reason of all: one pod that crashes matters more than one that starts. */
function reasonOf(pods) {
  const found = new Set(pods.flatMap(waitingFor));
  return Object.keys(reasons)
    .reverse()
    .filter((reason) => found.has(reason))
    .concat(found.has('Unschedulable') ? ['Unschedulable'] : [])
    .map((reason) => reasons[reason] ?? 'no node has room for it')
    .at(0);
}

function waitingFor({ status = {} }) {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const scheduling = (status.conditions ?? []).filter(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  return [
    ...containers.map(({ state }) => state?.waiting?.reason),
    ...scheduling.map(({ reason }) => reason),
  ].filter(Boolean);
}
