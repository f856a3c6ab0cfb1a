// Builds datasets/demo-osse: simulates the ocean, flies the altimeters over it, maps their observations, and writes the
// challenge. `npm run build:demo` runs it; the same code gives the same bytes.
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
import {
  openAlongTrack,
  openGriddedField,
  writeAlongTrack,
  writeGriddedField,
  type NetcdfAttributes,
} from '@sillage/netcdf';
import {
  GULF_STREAM_OCEAN,
  measureOcean,
  SATELLITES,
  SCENARIOS,
  simulateOcean,
  type OceanDefinition,
} from '@sillage/ocean';
import { mapObservations, scoreReconstruction, simulateObservations } from '@sillage/pipeline';
import { daysSince1950 } from '@sillage/science';
import { stringify } from 'yaml';

export type DemoRecipe = {
  ocean: OceanDefinition;
  seed: number;
  /** Nodes of the truth: cell centres of a 1/20° grid, as whole thousandths of a degree so that they are exact. */
  firstLonMilliDeg: number;
  firstLatMilliDeg: number;
  spacingMilliDeg: number;
  lonCount: number;
  latCount: number;
  /** Nodes at each edge that the observations use but the shipped truth leaves out. */
  truthMarginNodes: number;
  scoredBox: Box;
  spinUp: Period;
  evaluation: Period;
  /** Last day of the observations: the OI of the last evaluation day reads 14 days further. */
  lastObservationDay: string;
};

/** The demo as it ships. */
export const DEMO_OSSE: DemoRecipe = {
  ocean: GULF_STREAM_OCEAN,
  seed: 20121001,
  firstLonMilliDeg: -65_975,
  firstLatMilliDeg: 32_025,
  spacingMilliDeg: 50,
  lonCount: 240,
  latCount: 240,
  truthMarginNodes: 10,
  scoredBox: { west: -65, east: -55, south: 33, north: 43 },
  spinUp: { start: '2012-10-01', end: '2012-10-21' },
  evaluation: { start: '2012-10-22', end: '2012-12-02' },
  lastObservationDay: '2012-12-15',
};

const FILES = {
  truth: 'truth-gf.nc',
  observations: 'observations-gf-nadir4.nc',
  oi: 'oi-gf-nadir4.nc',
  definition: 'challenge.yaml',
} as const;

/** Goes into the files instead of the hour of the build, which would change their bytes. */
const DATASET_DATE = new Date('2026-11-23T00:00:00Z');
/** m: int16 then spans ±3.2 m; the rounding is 0.03 mm root mean square. */
const PACKING_STEP_M = 1e-4;
/** Nodes of the baseline OI, degrees. */
const OI_SPACING_DEG = 0.2;
const SYNTHETIC =
  'a synthetic ocean: a seeded two-layer quasi-geostrophic simulation, not NATL60 and not the real sea';
const LICENCE = 'CC-BY-4.0';

export type BuildProgress = (message: string) => void;

/** Writes the four files of the challenge into `folder`, all of them at the end, and returns its definition. */
export async function buildDemoOsse(
  recipe: DemoRecipe,
  folder: string,
  onProgress: BuildProgress = () => undefined,
): Promise<ChallengeDefinition> {
  const workFolder = await mkdtemp(join(tmpdir(), 'sillage-demo-'));
  const clock = Date.now;
  // HDF5 writes the hour into every object it creates.
  Date.now = () => DATASET_DATE.getTime();
  try {
    const simulation = join(workFolder, 'synthetic-ocean-gf.nc');
    await writeSimulation(recipe, simulation, onProgress);
    onProgress('sampling along the ground tracks');
    await simulateObservations({
      truthPath: simulation,
      scenario: 'nadir4',
      outputPath: join(workFolder, FILES.observations),
      now: DATASET_DATE,
    });
    await labelObservations(recipe, join(workFolder, FILES.observations));
    onProgress('mapping the observations by optimal interpolation');
    await mapObservations({
      observationsPath: join(workFolder, FILES.observations),
      grid: { kind: 'box', box: recipe.scoredBox, spacingDeg: OI_SPACING_DEG },
      period: recipe.evaluation,
      outputPath: join(workFolder, FILES.oi),
      now: DATASET_DATE,
    });
    await labelMaps(recipe, join(workFolder, FILES.oi));
    await writeTruth(recipe, simulation, join(workFolder, FILES.truth));
    const definition = await writeDefinition(recipe, workFolder);
    await mkdir(folder, { recursive: true });
    for (const name of Object.values(FILES)) await replaceFile(join(workFolder, name), join(folder, name));
    return definition;
  } finally {
    Date.now = clock;
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** Writes challenge.yaml beside the data files, with their hashes. */
export async function writeDefinition(recipe: DemoRecipe, folder: string): Promise<ChallengeDefinition> {
  const definition = await challengeDefinition(recipe, folder);
  const heading =
    `# ${SYNTHETIC[0]!.toUpperCase()}${SYNTHETIC.slice(1)}.\n` +
    '# Written by `npm run build:demo`: change datasets/build-demo-osse.ts, not this file.\n';
  const text = stringify(definition, { lineWidth: 0, blockQuote: 'literal' });
  await writeFile(join(folder, FILES.definition), heading + text);
  return definition;
}

/** Puts a new file in the place of the old one; never writes into the old one, which an object store may have linked. */
async function replaceFile(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await copyFile(from, partial);
  await rename(partial, to);
}

/** Every day of the simulation, packed as the truth will be, so that observations and truth come from the same numbers. */
async function writeSimulation(recipe: DemoRecipe, path: string, onProgress: BuildProgress): Promise<void> {
  const startDays = daysSince1950(recipe.spinUp.start);
  // One field more than days: the last day is interpolated towards the midnight that ends it.
  const dayCount = daysSince1950(recipe.lastObservationDay) - startDays + 2;
  const grid = {
    timeDays: Float64Array.from({ length: dayCount }, (_, day) => startDays + day),
    latDeg: nodes(recipe.firstLatMilliDeg, recipe.spacingMilliDeg, recipe.latCount),
    lonDeg: nodes(recipe.firstLonMilliDeg, recipe.spacingMilliDeg, recipe.lonCount),
  };
  const days = simulateOcean({
    ocean: recipe.ocean,
    seed: recipe.seed,
    latDeg: grid.latDeg,
    lonDeg: grid.lonDeg,
    startDays,
    dayCount,
    onProgress: ({ stage, done, total }) => {
      if (done % 30 === 0 || done === total) onProgress(`simulating, ${stage}: day ${done} of ${total}`);
    },
  });
  await writeGriddedField(path, {
    grid,
    variables: [
      {
        ...truthVariable(),
        readDay: () => {
          const next = days.next();
          if (next.done) throw new Error('the simulation ended before its last day');
          return next.value.sshM;
        },
      },
    ],
    attributes: truthAttributes(recipe),
  });
}

/** The evaluation period out of the simulation. */
async function writeTruth(recipe: DemoRecipe, simulation: string, path: string): Promise<void> {
  const field = await openGriddedField(simulation);
  try {
    const first = daysSince1950(recipe.evaluation.start) - daysSince1950(recipe.spinUp.start);
    const dayCount = daysSince1950(recipe.evaluation.end) - daysSince1950(recipe.evaluation.start) + 1;
    const { timeDays, latDeg, lonDeg } = field.grid;
    const margin = recipe.truthMarginNodes;
    const readDay = async (day: number): Promise<Float64Array> => {
      const map = await field.readDays(first + day, 1);
      const rows = Array.from(
        { length: latDeg.length - 2 * margin },
        (_, row) => (row + margin) * lonDeg.length,
      );
      return Float64Array.from(
        rows.flatMap((row) => [...map.subarray(row + margin, row + lonDeg.length - margin)]),
      );
    };
    await writeGriddedField(path, {
      grid: {
        timeDays: timeDays.slice(first, first + dayCount),
        latDeg: latDeg.slice(margin, latDeg.length - margin),
        lonDeg: lonDeg.slice(margin, lonDeg.length - margin),
      },
      variables: [{ ...truthVariable(), readDay }],
      attributes: truthAttributes(recipe),
      storage: { kind: 'deflate', level: 9 },
    });
  } finally {
    field.close();
  }
}

/** Says in the file itself that the sea under the satellites is synthetic. */
async function labelObservations(recipe: DemoRecipe, path: string): Promise<void> {
  const observations = await openAlongTrack(path);
  await writeAlongTrack(path, { ...observations, attributes: labels(recipe, observations.attributes) });
}

/** The same for the maps of the baseline OI. */
async function labelMaps(recipe: DemoRecipe, path: string): Promise<void> {
  const field = await openGriddedField(path);
  try {
    const { grid, attributes } = field;
    const values = Float32Array.from(await field.readDays(0, grid.timeDays.length));
    await writeGriddedField(path, {
      grid,
      variables: [
        {
          name: 'gssh',
          type: 'float32',
          values,
          attributes: {
            units: 'm',
            standard_name: 'sea_surface_height_above_geoid',
            long_name: 'sea surface height of a synthetic ocean, mapped by optimal interpolation',
          },
        },
      ],
      attributes: labels(recipe, attributes),
      storage: { kind: 'deflate', level: 9 },
    });
  } finally {
    field.close();
  }
}

function labels(recipe: DemoRecipe, attributes: NetcdfAttributes): NetcdfAttributes {
  return {
    ...attributes,
    license: LICENCE,
    comment: `Over ${SYNTHETIC}; ocean '${recipe.ocean.id}', seed ${recipe.seed}.`,
  };
}

function truthVariable() {
  return {
    name: 'sossheig',
    type: 'int16' as const,
    packing: { scaleFactor: PACKING_STEP_M, addOffset: 0 },
    attributes: {
      units: 'm',
      standard_name: 'sea_surface_height_above_geoid',
      long_name: 'sea surface height of a synthetic ocean',
      cell_methods: 'time: point',
    },
  };
}

function truthAttributes(recipe: DemoRecipe) {
  return {
    title: 'Sillage demo challenge: sea surface height, Gulf Stream extension (synthetic)',
    source: `${SYNTHETIC}; ocean '${recipe.ocean.id}', seed ${recipe.seed}`,
    history: `${DATASET_DATE.toISOString().slice(0, 10)} npm run build:demo`,
    license: LICENCE,
    comment: 'Instants at 00:00 UTC. The calendar days are labels: nothing here happened.',
  };
}

async function challengeDefinition(recipe: DemoRecipe, folder: string): Promise<ChallengeDefinition> {
  const describe = async (path: string) => ({ path, sha256: await sha256Of(join(folder, path)) });
  const satellites = SCENARIOS.nadir4;
  return challengeDefinitionSchema.parse({
    id: 'demo-osse',
    name: 'Demo: Gulf Stream from four nadir altimeters',
    summary:
      'Reconstruct daily sea surface height of a synthetic Gulf Stream from the error-free observations of four nadir altimeters.',
    description: DESCRIPTION,
    synthetic: true,
    licence: LICENCE,
    citation: 'Sillage demo challenge, a synthetic ocean (two-layer quasi-geostrophic simulation).',
    protocol: 'osse-2020a',
    disclosure: 'practice',
    datasetVersion: '1.0.0',
    periods: { evaluation: recipe.evaluation, spinUp: recipe.spinUp },
    areas: [
      {
        id: 'gf',
        name: 'Gulf Stream (GF)',
        description:
          'Observations on 12° × 12° (66°W–54°W, 32°N–44°N); the inner 10° × 10° are scored on 200 × 200 nodes at 1/20°.',
        scoredBox: recipe.scoredBox,
      },
    ],
    scenarios: [
      {
        id: 'nadir4',
        name: '4 nadirs',
        description: `Error-free heights along the ground tracks of ${satellites.map((id) => SATELLITES[id].name).join(', ')}.`,
        satellites: [...satellites],
      },
    ],
    tasks: [{ area: 'gf', scenario: 'nadir4' }],
    files: [
      {
        role: 'truth',
        area: 'gf',
        variable: 'sossheig',
        description: `Sea surface height of the evaluation period, ${SYNTHETIC}.`,
        ...(await describe(FILES.truth)),
      },
      {
        role: 'observations',
        area: 'gf',
        scenario: 'nadir4',
        variable: 'ssh_model',
        description: `Along-track heights without error, ${recipe.spinUp.start} to ${recipe.lastObservationDay}.`,
        ...(await describe(FILES.observations)),
      },
      {
        role: 'oi',
        area: 'gf',
        scenario: 'nadir4',
        variable: 'gssh',
        description: 'Baseline optimal interpolation of these observations on a 0.2° grid.',
        ...(await describe(FILES.oi)),
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

const DESCRIPTION = `A practice challenge over **a synthetic ocean**: a seeded two-layer quasi-geostrophic simulation with a
meandering front, not NATL60 and not the real sea. It has the shape of the 2020a SSH mapping challenge (BOOST-SWOT): the same
area, evaluation days, satellites and scores. Numbers on this board cannot be compared with published ones.

- **Task:** daily maps of sea surface height (m) at 00:00 UTC, 2012-10-22 to 2012-12-02 (42 days), covering 65°W–55°W, 33°N–43°N.
- **Input:** error-free heights (\`ssh_model\`) of four nadir altimeters, from 2012-10-01 (spin-up) to 2012-12-15.
- **Score:** µ and σ of the RMSE score, and the effective resolutions λx and λt, after trilinear interpolation to the truth's 1/20° nodes.
- **Practice level:** the truth is public; every diagnostic is shown.
`;

function nodes(firstMilliDeg: number, spacingMilliDeg: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (firstMilliDeg + index * spacingMilliDeg) / 1000);
}

async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function main(): Promise<void> {
  const folder = fileURLToPath(new URL('demo-osse/', import.meta.url));
  const started = performance.now();
  const say = (message: string): void => console.log(`${elapsed(started)} ${message}`);
  await buildDemoOsse(DEMO_OSSE, folder, say);
  for (const name of Object.values(FILES)) {
    say(
      `${name}: ${(await stat(join(folder, name))).size} bytes, sha256 ${await sha256Of(join(folder, name))}`,
    );
  }
  say(`figures of the truth: ${JSON.stringify(await truthFigures(join(folder, FILES.truth)))}`);
  const { scores } = await scoreReconstruction({
    reconstructionPath: join(folder, FILES.oi),
    reconstructionVariable: 'gssh',
    referencePath: join(folder, FILES.truth),
    referenceVariable: 'sossheig',
    protocol: 'osse-2020a',
    scoredBox: DEMO_OSSE.scoredBox,
    period: DEMO_OSSE.evaluation,
  });
  say(`scores of the baseline OI: ${JSON.stringify(scores)}`);
}

async function truthFigures(path: string) {
  const field = await openGriddedField(path);
  try {
    const { timeDays, latDeg, lonDeg } = field.grid;
    return measureOcean({ latDeg, lonDeg, sshM: await field.readDays(0, timeDays.length) });
  } finally {
    field.close();
  }
}

function elapsed(started: number): string {
  return `[${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s]`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
