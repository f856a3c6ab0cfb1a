import fs from 'node:fs';
import type { TestProject } from 'vitest/node';
import { progressLines } from '../tools/progress-lines.mjs';
import { prepareClone } from '../tools/start-command.mjs';
import { startTestPlatform, temporaryFolder } from './testing/platform.js';
import { registerSmallSea, SMALL_CHALLENGE } from './testing/small-challenge.js';

export type SharedPlatform = {
  url: string;
  apiUrl: string;
  databaseUrl: string;
  organiserToken: string;
  workFolder: string;
};

declare module 'vitest' {
  // vitest's own type is an interface, and only an interface can be added to.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  export interface ProvidedContext {
    platform: SharedPlatform;
  }
}

/** One platform for all journeys that break nothing; with the shipped challenges and a small one that scores at once. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // While others work on the same clone, SILLAGE_AS_BUILT=1 takes what was built last.
  if (process.env.SILLAGE_AS_BUILT !== '1') await prepareClone(progressLines());
  const workFolder = temporaryFolder('e2e');
  const platform = await startTestPlatform('e2e-state');
  try {
    const { url, secrets } = platform;
    await registerSmallSea(
      { url, organiserToken: secrets.organiserToken, workFolder },
      { id: SMALL_CHALLENGE, name: 'Small synthetic sea', hasOi: true },
    );
  } catch (error) {
    await platform.remove();
    throw error;
  }
  project.provide('platform', {
    url: platform.url,
    apiUrl: platform.apiUrl,
    databaseUrl: platform.databaseUrl,
    organiserToken: platform.secrets.organiserToken,
    workFolder,
  });
  return async () => {
    await platform.remove();
    fs.rmSync(workFolder, { recursive: true, force: true });
  };
}
