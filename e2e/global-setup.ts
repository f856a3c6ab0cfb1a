import fs from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { progressLines } from '../tools/progress-lines.mjs';
import { prepareClone } from '../tools/start-command.mjs';
import { startTestPlatform, temporaryFolder } from './testing/platform.js';
import type { PlatformName, SharedPlatform } from './testing/shared-platforms.js';
import { copyShippedChallenges } from './testing/shipped-challenges.js';
import { importSmallSea, registerDataset, SMALL_CHALLENGE } from './testing/small-challenge.js';

type Running = { shared: SharedPlatform; remove: () => Promise<void> };

/** The platforms for all journeys that break nothing. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // While others work on the same clone, SILLAGE_AS_BUILT=1 takes what was built last.
  if (process.env.SILLAGE_AS_BUILT !== '1') await prepareClone(progressLines());
  const running: Running[] = [];
  const smallSeaFolder = temporaryFolder('e2e-small-sea');
  const removeAll = async () => {
    await Promise.all(running.map(({ remove }) => remove()));
    fs.rmSync(smallSeaFolder, { recursive: true, force: true });
  };
  const start = async (name: PlatformName, smallSea: string): Promise<SharedPlatform> => {
    const platform = await startShared(name, smallSea);
    running.push(platform);
    return platform.shared;
  };
  try {
    // One after the other: one package folder, one PostgreSQL to unpack.
    const smallSea = await importSmallSea(smallSeaFolder, {
      id: SMALL_CHALLENGE,
      name: 'Small synthetic sea',
      hasOi: true,
    });
    const small = await start('small', smallSea);
    project.provide('platforms', { small, demo: await start('demo', smallSea) });
  } catch (error) {
    await removeAll();
    throw error;
  }
  return removeAll;
}

async function startShared(name: PlatformName, smallSea: string): Promise<Running> {
  const workFolder = temporaryFolder(`e2e-${name}`);
  const datasetsFolder = path.join(workFolder, 'datasets');
  if (name === 'demo') copyShippedChallenges(datasetsFolder);
  const platform = await startTestPlatform(`e2e-${name}-state`, name === 'demo' ? { datasetsFolder } : {});
  const remove = async () => {
    await platform.remove();
    fs.rmSync(workFolder, { recursive: true, force: true });
  };
  const { url, apiUrl, secrets } = platform;
  const shared = {
    url,
    apiUrl,
    databaseUrl: platform.databaseUrl,
    organiserToken: secrets.organiserToken,
    workFolder,
  };
  try {
    await registerDataset(smallSea, shared);
  } catch (error) {
    await remove();
    throw error;
  }
  return { shared, remove };
}
