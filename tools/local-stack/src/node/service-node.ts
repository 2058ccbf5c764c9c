import path from 'node:path';
import { installedProgram, installOwnPackage, type OwnPackage } from '../processes/own-package.js';

/** What the images run (docker/Dockerfile). With it a send costs a fifth less CPU than with Node 20. */
const imagesMajor = 24;

const ownFolder = path.resolve(import.meta.dirname, '../../node-binary');

/** The platforms for which npm has Node. */
const platforms = ['linux-x64', 'linux-arm64'];

/**
 * The Node that services run on: the one that runs this where it is as new as that of the images, and one from npm
 * where it is older. So what is measured and tested here is what runs in production.
 * @param log Told when npm is asked, and when services have to make do with the Node that is here.
 */
export async function locateServiceNode(log: (line: string) => void): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  if (isAsNew(process.versions.node) || !platforms.includes(platform)) return process.execPath;
  const wanted: OwnPackage = { folder: ownFolder, program: `node-${platform}/bin/node` };
  const installed = installedProgram(wanted);
  if (installed) return installed;
  log(`Installing Node ${imagesMajor} for the services from npm.`);
  try {
    return await installOwnPackage(wanted);
  } catch (error) {
    log(
      `Services run on Node ${process.versions.node}, because npm could not install Node ${imagesMajor}: ${(error as Error).message}`,
    );
    return process.execPath;
  }
}

/** @param version `24.21.0` */
export const isAsNew = (version: string): boolean => Number(version.split('.')[0]) >= imagesMajor;
