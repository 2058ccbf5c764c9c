import type { Manifests, Rule } from '../overlay/manifests.js';
import { about, containersOf, workloadsOf, type Workload } from '../overlay/workloads.js';
import { apps } from '../settings/app-settings.js';
import { parseImage } from './images.js';

/**
 * An overlay runs one version of the platform. A Job's pod cannot be changed once it is there, so a Job that runs one of
 * our images carries the version in its name (a new one makes a new Job), and goes by itself when it is done.
 */
export const versions: Rule = (manifests) => {
  const version = tagOfGateway(manifests);
  return workloadsOf(manifests).flatMap((workload) => {
    const ours = containersOf(workload).filter(({ image = '' }) => isOurs(image));
    const others = ours.filter(({ image = '' }) => parseImage(image).tag !== version);
    return [
      ...others.map((container) =>
        about(workload, container, `runs ${container.image}, while the gateway is of version ${version}`),
      ),
      ...(ours.length > 0 ? jobFlaws(manifests, workload, version) : []),
    ];
  });
};

const isOurs = (image: string): boolean =>
  apps.some((app) => app === parseImage(image).name.split('/').at(-1));

const tagOfGateway = (manifests: Manifests): string | undefined => {
  const gateway = manifests.all('Deployment').find(({ metadata }) => metadata.name === 'gateway');
  return parseImage(gateway?.spec?.template.spec?.containers[0]?.image ?? '').tag;
};

function jobFlaws(manifests: Manifests, { object, name }: Workload, version: string | undefined): string[] {
  const job = manifests.find('Job', object.metadata.name, object);
  if (!job || version === undefined) return [];
  const endings = [version, version.replace(/[^A-Za-z0-9]+/g, '-')].map((ending) => `-${ending}`);
  return [
    ...(endings.some((ending) => job.metadata.name.endsWith(ending))
      ? []
      : [`${name}: its name does not end in the version ${version}: an upgrade could not be applied`]),
    ...(job.spec?.ttlSecondsAfterFinished === undefined
      ? [`${name}: stays for ever when it is done: set ttlSecondsAfterFinished`]
      : []),
  ];
}
