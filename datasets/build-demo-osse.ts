// Builds datasets/demo-osse: simulates the ocean of each area, flies the altimeters over it, maps their observations, and
// writes the challenge. `npm run build:demo` runs it, `npm run build:demo -- --area natl` for one area; the same code gives the
// same bytes.
import { copyFile, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChallengeDefinition, Period } from '@sillage/contracts';
import { openGriddedField, writeGriddedField } from '@sillage/netcdf';
import { mapObservations, scoreReconstruction, simulateObservations } from '@sillage/pipeline';
import { daysSince1950, isoDay, type RegularGrid } from '@sillage/science';
import {
  DEFINITION_FILE,
  fileNames,
  LICENCE,
  networksOf,
  observationFiles,
  scenariosOf,
  SYNTHETIC,
  writeDefinition,
  type DemoScenario,
} from './demo-osse-definition.ts';
import { DEMO_OSSE, type AreaRecipe, type DemoRecipe } from './demo-osse-recipe.ts';

/** Goes into the files instead of the hour of the build, which would change their bytes. */
const DATASET_DATE = new Date('2026-11-24T00:00:00Z');
/** m: int16 then spans ±3.2 m; the rounding is 0.03 mm root mean square. */
const SSH_STEP_M = 1e-4;
/** °C: far below what any instrument sees, and it halves the files. */
const SST_STEP_C = 0.01;
/** Networks are trained, not built: every build takes them from here. */
const SHIPPED_FOLDER = fileURLToPath(new URL('demo-osse/', import.meta.url));
const STORAGE = { kind: 'deflate', level: 9 } as const;

export type BuildProgress = (message: string) => void;

export type BuildOptions = {
  onProgress?: BuildProgress;
  /** The only area to build; the files of the others stay as they lie in the folder. Default: all areas. */
  onlyArea?: AreaRecipe['id'];
};

/**
 * Writes the files of the challenge into `folder`, all of them at the end, and returns its definition. What is rebuilt does
 * not depend on what is not: an area alone gets the bytes that it has in a build of all.
 */
export async function buildDemoOsse(
  recipe: DemoRecipe,
  folder: string,
  { onProgress = () => undefined, onlyArea }: BuildOptions = {},
): Promise<ChallengeDefinition> {
  const workFolder = await mkdtemp(join(tmpdir(), 'sillage-demo-'));
  const clock = Date.now;
  // HDF5 writes the hour into every object it creates.
  Date.now = () => DATASET_DATE.getTime();
  try {
    for (const area of recipe.areas) {
      if (onlyArea === undefined || area.id === onlyArea)
        await buildArea(area, recipe, workFolder, onProgress);
      else await keepArea(area, folder, workFolder);
    }
    for (const name of networksOf(recipe).flatMap(({ checkpoint, manifest }) => [checkpoint, manifest])) {
      await copyFile(join(SHIPPED_FOLDER, name), join(workFolder, name));
    }
    const definition = await writeDefinition(recipe, workFolder);
    await mkdir(folder, { recursive: true });
    for (const name of shippedFiles(definition)) {
      await replaceFile(join(workFolder, name), join(folder, name));
    }
    return definition;
  } finally {
    Date.now = clock;
    await rm(workFolder, { recursive: true, force: true });
  }
}

export function shippedFiles(definition: ChallengeDefinition): string[] {
  return [...new Set(definition.files.map((file) => file.path)), DEFINITION_FILE];
}

/** Takes over the files of an area as they are. */
async function keepArea(area: AreaRecipe, folder: string, workFolder: string): Promise<void> {
  const names = scenariosOf(area).flatMap((scenario) => [
    ...observationFiles(area, scenario).map(({ path }) => path),
    fileNames.oi(area, scenario.id),
  ]);
  for (const name of new Set([fileNames.truth(area), fileNames.sst(area), ...names])) {
    await copyFile(join(folder, name), join(workFolder, name));
  }
}

/** Puts a new file in the place of the old one; never writes into the old one, which an object store may have linked. */
async function replaceFile(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await copyFile(from, partial);
  await rename(partial, to);
}

async function buildArea(
  area: AreaRecipe,
  recipe: DemoRecipe,
  folder: string,
  onProgress: BuildProgress,
): Promise<void> {
  const say = (message: string): void => onProgress(`${area.id}: ${message}`);
  const simulation = join(folder, `synthetic-ocean-${area.id}.nc`);
  await simulateSea(area, recipe, { simulation, sst: join(folder, fileNames.sst(area)) }, say);
  await writeTruth(area, recipe, simulation, join(folder, fileNames.truth(area)));
  for (const scenario of scenariosOf(area)) {
    say(`observing ${scenario.id}`);
    await observe(area, scenario, recipe, simulation, folder);
    say(`mapping ${scenario.id} by optimal interpolation`);
    await mapByOi(area, scenario, recipe, folder);
  }
  await rm(simulation);
}

/** Every day of the simulation, packed as the truth will be, so that observations and truth come from the same numbers. */
async function simulateSea(
  area: AreaRecipe,
  recipe: DemoRecipe,
  paths: { simulation: string; sst: string },
  say: BuildProgress,
): Promise<void> {
  const startDays = daysSince1950(recipe.spinUp.start);
  // One field more than days: the last day is interpolated towards the midnight that ends it.
  const dayCount = daysSince1950(recipe.lastObservationDay) - startDays + 2;
  const grid: RegularGrid = {
    timeDays: Float64Array.from({ length: dayCount }, (_, day) => startDays + day),
    latDeg: nodes(area.firstLatMilliDeg, area.spacingMilliDeg, area.latCount),
    lonDeg: nodes(area.firstLonMilliDeg, area.spacingMilliDeg, area.lonCount),
  };
  const days = area.sea({
    latDeg: grid.latDeg,
    lonDeg: grid.lonDeg,
    startDays,
    dayCount,
    withSst: true,
    onProgress: ({ stage, done, total }) => {
      if (done % 30 === 0 || done === total) say(`simulating, ${stage}: day ${done} of ${total}`);
    },
  });
  const shipped = shippedNodes(area);
  const sstC: Float32Array[] = [];
  await writeGriddedField(paths.simulation, {
    grid,
    variables: [
      {
        ...sshVariable(),
        readDay: () => {
          const next = days.next();
          if (next.done === true) throw new Error('the simulation ended before its last day');
          const { sshM, sstC: temperature } = next.value;
          if (temperature === undefined) throw new Error('the simulation has no temperature');
          sstC.push(shipped.pick(temperature));
          return sshM;
        },
      },
    ],
    attributes: attributesOf(area, 'sea surface height'),
  });
  await writeGriddedField(paths.sst, {
    // The last field ends the last day of the observations: it is not a day of its own.
    grid: { timeDays: grid.timeDays.slice(0, -1), ...shipped.axesOf(grid) },
    variables: [
      {
        name: 'sst',
        type: 'int16',
        packing: { scaleFactor: SST_STEP_C, addOffset: 0 },
        attributes: {
          units: 'degree_Celsius',
          standard_name: 'sea_surface_temperature',
          long_name: 'sea surface temperature of a synthetic ocean',
          cell_methods: 'time: point',
        },
        readDay: (day) => sstC[day]!,
      },
    ],
    attributes: attributesOf(area, 'sea surface temperature'),
    storage: STORAGE,
  });
}

/** The evaluation period out of the simulation. */
async function writeTruth(
  area: AreaRecipe,
  recipe: DemoRecipe,
  simulation: string,
  path: string,
): Promise<void> {
  const field = await openGriddedField(simulation);
  try {
    const first = daysSince1950(recipe.evaluation.start) - daysSince1950(recipe.spinUp.start);
    const dayCount = daysSince1950(recipe.evaluation.end) - daysSince1950(recipe.evaluation.start) + 1;
    const shipped = shippedNodes(area);
    await writeGriddedField(path, {
      grid: { timeDays: field.grid.timeDays.slice(first, first + dayCount), ...shipped.axesOf(field.grid) },
      variables: [
        { ...sshVariable(), readDay: async (day) => shipped.pick(await field.readDays(first + day, 1)) },
      ],
      attributes: attributesOf(area, 'sea surface height'),
      storage: STORAGE,
    });
  } finally {
    field.close();
  }
}

/** The nodes of the simulation that the shipped files keep. */
function shippedNodes(area: AreaRecipe) {
  const { truthMarginNodes: margin, truthStep: step } = area;
  const kept = (count: number): number[] =>
    Array.from({ length: Math.ceil((count - 2 * margin) / step) }, (_, index) => margin + index * step);
  const rows = kept(area.latCount);
  const columns = kept(area.lonCount);
  return {
    axesOf: ({ latDeg, lonDeg }: RegularGrid) => ({
      latDeg: Float64Array.from(rows, (row) => latDeg[row]!),
      lonDeg: Float64Array.from(columns, (column) => lonDeg[column]!),
    }),
    pick: (map: Float32Array | Float64Array): Float32Array =>
      Float32Array.from(
        rows.flatMap((row) => columns.map((column) => map[row * area.lonCount + column] ?? Number.NaN)),
      ),
  };
}

/** Tracks, swaths and gridded pseudo-observations of a scenario. */
async function observe(
  area: AreaRecipe,
  scenario: DemoScenario,
  recipe: DemoRecipe,
  simulation: string,
  folder: string,
): Promise<void> {
  const own = observationFiles(area, scenario).filter(({ path }) => path.includes(`-${scenario.id}.nc`));
  const pathOf = (role: string): string | undefined => {
    const file = own.find((candidate) => candidate.role === role);
    return file && join(folder, file.path);
  };
  const alongTrackPath = pathOf('observations');
  const swathPath = pathOf('swath-observations');
  const griddedPath = pathOf('gridded-observations');
  await simulateObservations({
    truthPath: simulation,
    scenario: scenario.id,
    seed: recipe.errorSeed,
    karinSpacingKm: recipe.karinSpacingKm,
    period: { start: recipe.spinUp.start, end: recipe.lastObservationDay },
    outputs: {
      ...(alongTrackPath === undefined ? {} : { alongTrackPath }),
      ...(swathPath === undefined ? {} : { swathPath }),
      ...(griddedPath === undefined ? {} : { griddedPath, griddedLike: join(folder, fileNames.truth(area)) }),
    },
    compact: true,
    attributes: labels(area),
    now: DATASET_DATE,
  });
}

async function mapByOi(
  area: AreaRecipe,
  scenario: DemoScenario,
  recipe: DemoRecipe,
  folder: string,
): Promise<void> {
  const files = observationFiles(area, scenario);
  // Gridded pseudo-observations are for those who cannot read tracks; where both are shipped, tracks are finer.
  const tracks = files.filter(({ role }) => role !== 'gridded-observations');
  await mapObservations({
    observations: (tracks.length > 0 ? tracks : files).map(({ role, path, variable }) => ({
      role,
      path: join(folder, path),
      variable,
    })),
    grid: { kind: 'box', box: area.scoredBox, spacingDeg: area.oiSpacingDeg },
    period: widened(recipe.evaluation, recipe.oiMarginDays),
    // Its mask is that of the truth; an area without land needs none.
    ...(area.shipsTracks ? {} : { maskPath: join(folder, fileNames.gridded(area, scenario.id)) }),
    outputPath: join(folder, fileNames.oi(area, scenario.id)),
    packing: { scaleFactor: SSH_STEP_M, addOffset: 0 },
    attributes: labels(area),
    now: DATASET_DATE,
  });
}

function widened({ start, end }: Period, days: number): Period {
  return { start: isoDay(daysSince1950(start) - days), end: isoDay(daysSince1950(end) + days) };
}

/** Says in the file itself that the sea under the satellites is synthetic. */
function labels(area: AreaRecipe) {
  return { license: LICENCE, comment: `Over ${SYNTHETIC}; ocean '${area.id}'.` };
}

function sshVariable() {
  return {
    name: 'sossheig',
    type: 'int16' as const,
    packing: { scaleFactor: SSH_STEP_M, addOffset: 0 },
    attributes: {
      units: 'm',
      standard_name: 'sea_surface_height_above_geoid',
      long_name: 'sea surface height of a synthetic ocean',
      cell_methods: 'time: point',
    },
  };
}

function attributesOf(area: AreaRecipe, what: string) {
  return {
    title: `Sillage demo challenge: ${what}, ${area.name} (synthetic)`,
    source: `${SYNTHETIC}; ocean '${area.id}'`,
    history: `${DATASET_DATE.toISOString().slice(0, 10)} npm run build:demo`,
    license: LICENCE,
    comment: 'Instants at 00:00 UTC. The calendar days are labels: nothing here happened.',
  };
}

function nodes(firstMilliDeg: number, spacingMilliDeg: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (firstMilliDeg + index * spacingMilliDeg) / 1000);
}

/** `--area natl` builds that area alone. */
function areaArgument(words: readonly string[]): AreaRecipe['id'] | undefined {
  if (words.length === 0) return undefined;
  const area = DEMO_OSSE.areas.find(({ id }) => id === words[1]);
  if (words[0] !== '--area' || words.length !== 2 || area === undefined) {
    const known = DEMO_OSSE.areas.map(({ id }) => id).join(', ');
    throw new Error(`expected nothing or --area with one of ${known}, found '${words.join(' ')}'`);
  }
  return area.id;
}

async function main(): Promise<void> {
  const folder = SHIPPED_FOLDER;
  const started = performance.now();
  const say = (message: string): void => console.log(`${elapsed(started)} ${message}`);
  const onlyArea = areaArgument(process.argv.slice(2));
  const definition = await buildDemoOsse(DEMO_OSSE, folder, {
    onProgress: say,
    ...(onlyArea === undefined ? {} : { onlyArea }),
  });
  let total = 0;
  for (const name of shippedFiles(definition)) {
    const { size } = await stat(join(folder, name));
    total += size;
    say(`${name}: ${(size / 1e6).toFixed(2)} MB`);
  }
  say(`all files: ${(total / 1e6).toFixed(1)} MB`);
  console.log('| area | scenario | µ | σ | λx ° | λt d |\n|---|---|---|---|---|---|');
  for (const area of DEMO_OSSE.areas) {
    if (onlyArea !== undefined && area.id !== onlyArea) continue;
    for (const scenario of scenariosOf(area)) {
      const { scores } = await scoreReconstruction({
        reconstructionPath: join(folder, fileNames.oi(area, scenario.id)),
        reconstructionVariable: 'gssh',
        referencePath: join(folder, fileNames.truth(area)),
        referenceVariable: 'sossheig',
        protocol: 'osse-natl',
        scoredBox: area.scoredBox,
        period: DEMO_OSSE.evaluation,
      });
      const lambda = (value: number | null, decimals: number): string => value?.toFixed(decimals) ?? '–';
      console.log(
        `| ${area.id} | ${scenario.name} | ${scores.mu.toFixed(3)} | ${scores.sigma.toFixed(3)} | ` +
          `${lambda(scores.lambdaXDeg, 2)} | ${lambda(scores.lambdaTDays, 1)} |`,
      );
    }
  }
}

function elapsed(started: number): string {
  return `[${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s]`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
