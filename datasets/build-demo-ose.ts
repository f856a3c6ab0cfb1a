// Builds datasets/demo-ose: the Gulf Stream of demo-osse for a season, seen by four altimeters that methods may use and by a
// fifth one that is withheld. `npm run build:demo-ose` runs it; the same code gives the same bytes.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  challengeDefinitionSchema,
  type Box,
  type ChallengeDefinition,
  type Period,
} from '@sillage/contracts';
import { writeAlongTrack, writeEvaluationTrack } from '@sillage/netcdf';
import {
  createNadirErrors,
  groundTrack,
  NO_ERRORS,
  normalNumber,
  sampleAlongTrack,
  sampleNumber,
  SATELLITES,
  scenarioSatellites,
  seededRandom,
  simulateArea,
  type AlongTrackSamples,
  type ErrorSwitches,
  type SampledField,
  type Satellite,
} from '@sillage/ocean';
import { mapObservations, scoreAlongTrack } from '@sillage/pipeline';
import { daysSince1950, interpolateToTrack, type RegularGrid } from '@sillage/science';
import { stringify } from 'yaml';
import { DEFINITION_FILE, LICENCE, SYNTHETIC } from './demo-osse-definition.ts';

export type DemoOseRecipe = {
  /** The sea day by day on the given nodes. */
  sea: (options: {
    latDeg: Float64Array;
    lonDeg: Float64Array;
    startDays: number;
    dayCount: number;
    onProgress: (progress: { stage: string; done: number; total: number }) => void;
  }) => Iterator<{ sshM: Float64Array }>;
  /** Nodes that the satellites see, as whole thousandths of a degree so that they are exact. */
  firstLonMilliDeg: number;
  firstLatMilliDeg: number;
  spacingMilliDeg: number;
  lonCount: number;
  latCount: number;
  scoredBox: Box;
  spinUp: Period;
  evaluation: Period;
  /** Last day of the observations: the OI of the last evaluation day reads 14 days further. */
  lastObservationDay: string;
  errors: ErrorSwitches;
  errorSeed: number;
  /** Standard deviations over passes of the orbit error of the withheld altimeter: its mean and its change over a pass, m. */
  orbitErrorM: { mean: number; change: number };
};

/** The demo as it ships. */
export const DEMO_OSE: DemoOseRecipe = {
  sea: (options) => simulateArea({ area: 'gf', ...options }),
  firstLonMilliDeg: -65_975,
  firstLatMilliDeg: 32_025,
  spacingMilliDeg: 50,
  lonCount: 240,
  latCount: 240,
  scoredBox: { west: -65, east: -55, south: 33, north: 43 },
  spinUp: { start: '2012-10-01', end: '2012-10-21' },
  // A season: the withheld altimeter crosses the box two times in three days, and spectra need many passes.
  evaluation: { start: '2012-10-22', end: '2013-01-19' },
  lastObservationDay: '2013-02-02',
  errors: { ...NO_ERRORS, nadirWhite: true, nadirCorrelated: true, wetTroposphere: true },
  errorSeed: 2012,
  orbitErrorM: { mean: 0.01, change: 0.01 },
};

export const DEMO_OSE_FILES = {
  evaluationTrack: 'dt_gulfstream_cryosat2_phy_l3_synthetic.nc',
  observations: 'observations-gf-nadir4.nc',
  oi: 'oi-gf-nadir4.nc',
  definition: DEFINITION_FILE,
} as const;

/** Goes into the files instead of the hour of the build, which would change their bytes. */
const DATASET_DATE = new Date('2026-11-24T00:00:00Z');
const WITHHELD: Satellite = SATELLITES.cryosat2;
const SCENARIO = 'nadir4';
/** Nodes of the baseline OI, degrees. */
const OI_SPACING_DEG = 0.2;
/** m: rounding of the maps, far below the errors of the altimeters. */
const OI_PACKING = { scaleFactor: 1e-4, addOffset: 0 };
/** Samples of the running mean that stands for the along-track filter of the real product (about 70 km). */
const FILTER_SAMPLES = 11;
const SECONDS_PER_DAY = 86_400;
const LONGEST_GAP_S = 4;

export type BuildProgress = (message: string) => void;

/** Writes the files of the challenge into `folder`, all of them at the end, and returns its definition. */
export async function buildDemoOse(
  recipe: DemoOseRecipe,
  folder: string,
  onProgress: BuildProgress = () => undefined,
): Promise<ChallengeDefinition> {
  const workFolder = await mkdtemp(join(tmpdir(), 'sillage-demo-ose-'));
  const clock = Date.now;
  // HDF5 writes the hour into every object it creates.
  Date.now = () => DATASET_DATE.getTime();
  try {
    const sea = simulatedSea(recipe, onProgress);
    onProgress('sampling along the ground tracks');
    await writeObservations(recipe, sea, join(workFolder, DEMO_OSE_FILES.observations));
    await writeWithheldTrack(recipe, sea, join(workFolder, DEMO_OSE_FILES.evaluationTrack));
    onProgress('mapping the observations by optimal interpolation');
    await mapObservations({
      observations: [{ path: join(workFolder, DEMO_OSE_FILES.observations), variable: 'ssh_obs' }],
      grid: { kind: 'box', box: recipe.scoredBox, spacingDeg: OI_SPACING_DEG },
      period: recipe.evaluation,
      packing: OI_PACKING,
      attributes: labels(recipe),
      outputPath: join(workFolder, DEMO_OSE_FILES.oi),
      now: DATASET_DATE,
    });
    const definition = await writeDefinition(recipe, workFolder);
    await mkdir(folder, { recursive: true });
    for (const name of Object.values(DEMO_OSE_FILES)) {
      await replaceFile(join(workFolder, name), join(folder, name));
    }
    return definition;
  } finally {
    Date.now = clock;
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** Puts a new file in the place of the old one; never writes into the old one, which an object store may have linked. */
async function replaceFile(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await copyFile(from, partial);
  await rename(partial, to);
}

/** Every day of the simulation in memory: 58 MB for a season at 1/20°. */
function simulatedSea(recipe: DemoOseRecipe, onProgress: BuildProgress): SampledField {
  const startDays = daysSince1950(recipe.spinUp.start);
  // One field more than days: the last day is interpolated towards the midnight that ends it.
  const dayCount = daysSince1950(recipe.lastObservationDay) - startDays + 2;
  const grid: RegularGrid = {
    timeDays: Float64Array.from({ length: dayCount }, (_, day) => startDays + day),
    latDeg: nodes(recipe.firstLatMilliDeg, recipe.spacingMilliDeg, recipe.latCount),
    lonDeg: nodes(recipe.firstLonMilliDeg, recipe.spacingMilliDeg, recipe.lonCount),
  };
  const mapLength = recipe.latCount * recipe.lonCount;
  const valuesM = new Float64Array(dayCount * mapLength);
  const days = recipe.sea({
    latDeg: grid.latDeg,
    lonDeg: grid.lonDeg,
    startDays,
    dayCount,
    onProgress: ({ stage, done, total }) => {
      if (done % 30 === 0 || done === total) onProgress(`simulating, ${stage}: day ${done} of ${total}`);
    },
  });
  for (let day = 0; day < dayCount; day++) {
    const next = days.next();
    if (next.done === true) throw new Error('the simulation ended before its last day');
    valuesM.set(next.value.sshM, day * mapLength);
  }
  return { grid, valuesM };
}

/** The sea below some satellites, with the errors that their altimeters make. */
function observed(
  recipe: DemoOseRecipe,
  sea: SampledField,
  satellites: readonly Satellite[],
  period: { startDays: number; endDays: number },
): { samples: AlongTrackSamples; observedM: Float64Array } {
  const { latDeg, lonDeg } = sea.grid;
  const box = { west: lonDeg[0]!, east: lonDeg.at(-1)!, south: latDeg[0]!, north: latDeg.at(-1)! };
  const samples = sampleAlongTrack(
    sea,
    satellites.map((satellite) => groundTrack(satellite, { ...period, box })),
  );
  const errors = satellites.map((satellite) =>
    createNadirErrors(satellite, { seed: recipe.errorSeed, switches: recipe.errors }),
  );
  const observedM = samples.sshM.map((height, index) => {
    const satellite = samples.satelliteIndex[index]!;
    return height + errors[satellite]!(sampleNumber(satellites[satellite]!, samples.timeDays[index]!));
  });
  return { samples, observedM };
}

async function writeObservations(recipe: DemoOseRecipe, sea: SampledField, path: string): Promise<void> {
  const satellites = scenarioSatellites(SCENARIO);
  const { samples, observedM } = observed(recipe, sea, satellites, {
    startDays: daysSince1950(recipe.spinUp.start),
    endDays: daysSince1950(recipe.lastObservationDay) + 1,
  });
  await writeAlongTrack(path, {
    timeDays: samples.timeDays,
    latDeg: samples.latDeg,
    lonDeg: samples.lonDeg,
    sshM: samples.sshM,
    sshObservedM: observedM,
    satelliteIndex: samples.satelliteIndex,
    satellites: satellites.map((satellite) => satellite.id),
    cycle: samples.cycle,
    track: samples.pass,
    attributes: {
      title: 'Sillage demo OSE: observations of four nadir altimeters (synthetic)',
      summary: 'ssh_obs is what the altimeters measure; ssh_model is the height without error.',
      ...labels(recipe),
    },
  });
}

/**
 * The fifth altimeter in the layout of the 2021a challenge. Its orbit error stays in the height that maps are compared with:
 * the anomaly is corrected for it by `lwe`, and sla_unfiltered + mdt − lwe takes the correction off again.
 */
async function writeWithheldTrack(recipe: DemoOseRecipe, sea: SampledField, path: string): Promise<void> {
  const { samples, observedM } = observed(recipe, sea, [WITHHELD], {
    startDays: daysSince1950(recipe.evaluation.start),
    endDays: daysSince1950(recipe.evaluation.end) + 1,
  });
  const mdtM = meanTopographyAt(sea, samples);
  const slaUnfilteredM = observedM.map((height, index) => height - mdtM[index]!);
  const nothing = new Float64Array(observedM.length);
  await writeEvaluationTrack(path, {
    timeDays: samples.timeDays,
    latDeg: samples.latDeg,
    lonDeg: samples.lonDeg,
    cycle: samples.cycle,
    track: samples.pass,
    slaUnfilteredM,
    slaFilteredM: runningMean(samples.timeDays, slaUnfilteredM),
    dacM: nothing,
    oceanTideM: nothing,
    lweM: orbitErrors(recipe, samples).map((error) => -error),
    mdtM,
    attributes: {
      title: `Sillage demo OSE: the withheld altimeter, on the orbit of ${WITHHELD.name} (synthetic)`,
      platform: WITHHELD.id,
      summary: 'This sea has no atmosphere and no tides: dac and ocean_tide are zero.',
      ...labels(recipe),
    },
  });
}

/** Time mean of the simulated sea at the points. */
function meanTopographyAt(sea: SampledField, samples: AlongTrackSamples): Float64Array {
  const { grid, valuesM } = sea;
  const mapLength = grid.latDeg.length * grid.lonDeg.length;
  const mean = new Float64Array(mapLength);
  for (let index = 0; index < valuesM.length; index++) mean[index % mapLength]! += valuesM[index]!;
  for (let node = 0; node < mapLength; node++) mean[node]! /= grid.timeDays.length;
  const atOneTime = { ...grid, timeDays: Float64Array.of(0) };
  const places = { ...samples, timeDays: new Float64Array(samples.timeDays.length) };
  return interpolateToTrack({ grid: atOneTime, values: mean }, places);
}

/** A straight line along each pass, m. */
function orbitErrors(recipe: DemoOseRecipe, samples: AlongTrackSamples): Float64Array {
  const { mean, change } = recipe.orbitErrorM;
  const random = seededRandom(recipe.errorSeed);
  const lines = new Map<string, { mean: number; change: number }>();
  return samples.latDeg.map((lat, index) => {
    const key = `${samples.cycle[index]} ${samples.pass[index]}`;
    const line = lines.get(key) ?? {
      mean: mean * normalNumber(random),
      change: change * normalNumber(random),
    };
    lines.set(key, line);
    const { south, north } = recipe.scoredBox;
    return line.mean + line.change * ((lat - (south + north) / 2) / (north - south));
  });
}

/** Mean of the neighbours of each sample, not across gaps. */
function runningMean(timeDays: Float64Array, values: Float64Array): Float64Array {
  const reach = (FILTER_SAMPLES - 1) / 2;
  const isBreak = (index: number): boolean =>
    (timeDays[index]! - timeDays[index - 1]!) * SECONDS_PER_DAY > LONGEST_GAP_S;
  return values.map((_, index) => {
    let first = index;
    let last = index;
    while (first > 0 && index - first < reach && !isBreak(first)) first--;
    while (last + 1 < values.length && last - index < reach && !isBreak(last + 1)) last++;
    const window = values.subarray(first, last + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}

function labels(recipe: DemoOseRecipe) {
  return {
    license: LICENCE,
    history: `${DATASET_DATE.toISOString().slice(0, 10)} npm run build:demo-ose`,
    comment: `Over ${SYNTHETIC}; the calendar days are labels. Errors: seed ${recipe.errorSeed}.`,
  };
}

async function writeDefinition(recipe: DemoOseRecipe, folder: string): Promise<ChallengeDefinition> {
  const definition = await challengeDefinition(recipe, folder);
  const heading =
    `# ${SYNTHETIC[0]!.toUpperCase()}${SYNTHETIC.slice(1)}.\n` +
    '# Written by `npm run build:demo-ose`: change datasets/build-demo-ose.ts, not this file.\n';
  await writeFile(
    join(folder, DEFINITION_FILE),
    heading + stringify(definition, { lineWidth: 0, blockQuote: 'literal' }),
  );
  return definition;
}

async function challengeDefinition(recipe: DemoOseRecipe, folder: string): Promise<ChallengeDefinition> {
  const describe = async (path: string) => ({ path, sha256: await sha256Of(join(folder, path)) });
  const satellites = scenarioSatellites(SCENARIO);
  return challengeDefinitionSchema.parse({
    id: 'demo-ose',
    name: 'Demo: maps against a withheld altimeter',
    summary:
      'Reconstruct a season of a synthetic Gulf Stream from four noisy nadir altimeters; a fifth one is the judge.',
    description: description(recipe),
    synthetic: true,
    licence: LICENCE,
    citation: 'Sillage demo OSE, a synthetic ocean (two-layer quasi-geostrophic simulation).',
    protocol: 'ose-along-track',
    disclosure: 'practice',
    datasetVersion: '1.0.0',
    periods: { evaluation: recipe.evaluation, spinUp: recipe.spinUp },
    areas: [
      {
        id: 'gf',
        name: 'Gulf Stream (GF)',
        description:
          'Observations on 12° × 12° (66°W–54°W, 32°N–44°N). Points of the withheld track count 0.25° inside the scored 10° × 10°.',
        scoredBox: recipe.scoredBox,
      },
    ],
    scenarios: [
      {
        id: SCENARIO,
        name: '4 nadirs',
        description: `Heights with altimeter errors along the ground tracks of ${satellites.map(({ name }) => name).join(', ')}; ${WITHHELD.name} is withheld.`,
        satellites: satellites.map(({ id }) => id),
      },
    ],
    tasks: [{ area: 'gf', scenario: SCENARIO }],
    files: [
      {
        role: 'evaluation-track',
        area: 'gf',
        description: `What the withheld altimeter measured, in the layout of the 2021a challenge: height = sla_unfiltered + mdt − lwe.`,
        ...(await describe(DEMO_OSE_FILES.evaluationTrack)),
      },
      {
        role: 'observations',
        area: 'gf',
        scenario: SCENARIO,
        variable: 'ssh_obs',
        description: `Along-track heights with errors, ${recipe.spinUp.start} to ${recipe.lastObservationDay}.`,
        ...(await describe(DEMO_OSE_FILES.observations)),
      },
      {
        role: 'oi',
        area: 'gf',
        scenario: SCENARIO,
        variable: 'gssh',
        description: 'Baseline optimal interpolation of these observations on a 0.2° grid.',
        ...(await describe(DEMO_OSE_FILES.oi)),
      },
    ],
    references: [
      {
        id: 'oi',
        name: 'OI (baseline)',
        description:
          'Optimal interpolation as in the 2020a challenge: 1° × 1° × 7 days, noise 0.05, averages of five.',
        inputs: ['ssh-nadir'],
        role: 'oi',
      },
    ],
  });
}

function description({ evaluation, lastObservationDay, spinUp }: DemoOseRecipe): string {
  const dayCount = daysSince1950(evaluation.end) - daysSince1950(evaluation.start) + 1;
  return `A practice challenge over **a synthetic ocean**: a seeded two-layer quasi-geostrophic simulation with a meandering front,
not NATL60 and not the real sea. It has the shape of the 2021a SSH mapping challenge (OSE): there is no truth on a grid; maps are
compared with what an altimeter measured that no method may use. Numbers on this board cannot be compared with published ones.

- **Task:** daily maps of sea surface height (m) at 00:00 UTC, ${evaluation.start} to ${evaluation.end} (${dayCount} days), covering 65°W–55°W, 33°N–43°N.
- **Input:** heights of four nadir altimeters with their errors (\`ssh_obs\`), from ${spinUp.start} (spin-up) to ${lastObservationDay}.
- **Judge:** a fifth altimeter on the orbit of CryoSat-2, from the first to the last midnight of the period, 0.25° inside the area.
- **Score:** µ and σ of the daily RMSE scores along its track, and the effective resolution λx in km. The board uses \`ose-along-track\`; the scores under \`ose-2021a\`, with the quirks of that challenge's code, are shown beside it.
- **Practice level:** the withheld track is public; every diagnostic is shown.
`;
}

function nodes(firstMilliDeg: number, spacingMilliDeg: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (firstMilliDeg + index * spacingMilliDeg) / 1000);
}

async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function main(): Promise<void> {
  const folder = fileURLToPath(new URL('demo-ose/', import.meta.url));
  const started = performance.now();
  const say = (message: string): void =>
    console.log(`[${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s] ${message}`);
  await buildDemoOse(DEMO_OSE, folder, say);
  for (const name of Object.values(DEMO_OSE_FILES)) {
    const { size } = await stat(join(folder, name));
    say(`${name}: ${size} bytes, sha256 ${await sha256Of(join(folder, name))}`);
  }
  const { scores, diagnostics } = await scoreAlongTrack({
    reconstructionPath: join(folder, DEMO_OSE_FILES.oi),
    trackPath: join(folder, DEMO_OSE_FILES.evaluationTrack),
    protocol: 'ose-along-track',
    scoredBox: DEMO_OSE.scoredBox,
    period: DEMO_OSE.evaluation,
  });
  const { pointCount, dayCount, segmentCount, variants } = diagnostics.alongTrack!;
  say(`${pointCount} points, ${dayCount} days, ${segmentCount} segments`);
  say(`scores of the baseline OI: ${JSON.stringify(scores)}`);
  say(`under both protocols: ${JSON.stringify(variants)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
