import path from 'node:path';
import { sillageOk } from './command-line.js';
import { writeSmallTruth } from './small-sea.js';

export * from './small-sea.js';

/** Scores in a moment, so that journeys wait for the platform and not for numbers. */
export const SMALL_CHALLENGE = 'small-sea';
export const SMALL_PERIOD = ['--start', '2012-10-22', '--end', '2012-11-14'];

type SmallSea = { id: string; name: string; hasOi?: boolean; period?: string[] };

/** Makes the dataset of a small sea. @returns its folder. */
export async function importSmallSea(
  workFolder: string,
  { id, name, hasOi = false, period = SMALL_PERIOD }: SmallSea,
): Promise<string> {
  const truth = path.join(workFolder, `${id}-truth.nc`);
  await writeSmallTruth(truth);
  const folder = path.join(workFolder, id);
  await sillageOk([
    ...['challenge', 'import', '--truth', truth, '--id', id, '--name', name, '--licence', 'CC0-1.0'],
    ...['--synthetic', ...(hasOi ? ['--oi'] : []), ...period, '--out', folder],
  ]);
  return folder;
}

export async function registerDataset(
  folder: string,
  { url, organiserToken }: { url: string; organiserToken: string },
): Promise<void> {
  await sillageOk(['challenge', 'register', folder], { SILLAGE_URL: url, SILLAGE_TOKEN: organiserToken });
}

/** Registers the small sea under another name, for journeys that count its entries or change it. */
export async function registerSmallSea(
  platform: { url: string; organiserToken: string; workFolder: string },
  sea: SmallSea,
): Promise<void> {
  await registerDataset(await importSmallSea(platform.workFolder, sea), platform);
}
