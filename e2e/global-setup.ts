import fs from 'node:fs';
import type { TestProject } from 'vitest/node';
import { progressLines } from '../tools/progress-lines.mjs';
import { prepareClone } from '../tools/start-command.mjs';
import { startTestPlatform, temporaryFolder } from './testing/platform.js';
import type { PlatformName, SharedPlatform } from './testing/shared-platforms.js';
import { registerSmallSea, SMALL_CHALLENGE } from './testing/small-challenge.js';

type Running = { shared: SharedPlatform; remove: () => Promise<void> };

/** The platforms for all journeys that break nothing. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // While others work on the same clone, SILLAGE_AS_BUILT=1 takes what was built last.
  if (process.env.SILLAGE_AS_BUILT !== '1') await prepareClone(progressLines());
  const running: Running[] = [];
  const removeAll = async () => {
    await Promise.all(running.map(({ remove }) => remove()));
  };
  const start = async (name: PlatformName): Promise<SharedPlatform> => {
    const platform = await startShared(name);
    running.push(platform);
    return platform.shared;
  };
  try {
    // One after the other: one package folder, one PostgreSQL to unpack.
    const small = await start('small');
    project.provide('platforms', { small, demo: await start('demo') });
  } catch (error) {
    await removeAll();
    throw error;
  }
  return removeAll;
}

async function startShared(name: PlatformName): Promise<Running> {
  const workFolder = temporaryFolder(`e2e-${name}`);
  const platform = await startTestPlatform(`e2e-${name}-state`, { hasDatasets: name === 'demo' });
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
    await registerSmallSea(shared, { id: SMALL_CHALLENGE, name: 'Small synthetic sea', hasOi: true });
  } catch (error) {
    await remove();
    throw error;
  }
  return { shared, remove };
}
