import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  challengeDefinitionSchema,
  type ChallengeDefinition,
  type DatasetFile,
  type InputKind,
} from '@sillage/contracts';
import { SATELLITES, SCENARIOS } from '@sillage/ocean';
import { stringify } from 'yaml';
import type { AreaRecipe, DemoRecipe, NetworkRecipe } from './demo-osse-recipe.js';

export const SYNTHETIC =
  'a synthetic ocean: a seeded two-layer quasi-geostrophic simulation, not NATL60 and not the real sea';
export const LICENCE = 'CC-BY-4.0';
export const DEFINITION_FILE = 'challenge.yaml';

export type DemoScenario = {
  id: keyof typeof SCENARIOS;
  name: string;
  description: string;
  hasSwath: boolean;
  /** The step of the noise ladder; 0 is without error. */
  noiseLevel: 0 | 1 | 2 | 3;
};

/** In the order of the boards. */
export const DEMO_SCENARIOS: readonly DemoScenario[] = [
  {
    id: 'nadir1',
    name: '1 nadir',
    description: 'Error-free heights along the ground track of Jason-1.',
    hasSwath: false,
    noiseLevel: 0,
  },
  {
    id: 'nadir4',
    name: '4 nadirs',
    description: 'Error-free heights along the ground tracks of four nadir altimeters.',
    hasSwath: false,
    noiseLevel: 0,
  },
  {
    id: 'swot1',
    name: '1 SWOT',
    description: 'Error-free heights in both KaRIn swaths of SWOT and below it.',
    hasSwath: true,
    noiseLevel: 0,
  },
  {
    id: 'swot1-nadir4',
    name: '1 SWOT + 4 nadirs',
    description: 'Error-free heights of SWOT and of four nadir altimeters.',
    hasSwath: true,
    noiseLevel: 0,
  },
  {
    id: 'swot1-nadir4-noise1',
    name: '1 SWOT + 4 nadirs, instrument noise',
    description: 'The same points with the white noise of the nadirs and the KaRIn noise.',
    hasSwath: true,
    noiseLevel: 1,
  },
  {
    id: 'swot1-nadir4-noise2',
    name: '1 SWOT + 4 nadirs, correlated errors',
    description:
      'Instrument noise, and correlated errors: roll, phase, baseline dilation and timing of KaRIn, the correlated noise of the nadirs.',
    hasSwath: true,
    noiseLevel: 2,
  },
  {
    id: 'swot1-nadir4-noise3',
    name: '1 SWOT + 4 nadirs, all errors',
    description: 'All of these, and what the correction for the wet troposphere leaves.',
    hasSwath: true,
    noiseLevel: 3,
  },
];

/** The scenarios that are boards of an area. */
export function scenariosOf(area: AreaRecipe): DemoScenario[] {
  return DEMO_SCENARIOS.filter(({ noiseLevel }) => noiseLevel === 0 || area.hasNoiseLadder);
}

export const fileNames = {
  truth: (area: AreaRecipe) => `truth-${area.id}.nc`,
  sst: (area: AreaRecipe) => `sst-${area.id}.nc`,
  alongTrack: (area: AreaRecipe, scenario: string) => `observations-${area.id}-${scenario}.nc`,
  swath: (area: AreaRecipe, scenario: string) => `swath-${area.id}-${scenario}.nc`,
  gridded: (area: AreaRecipe, scenario: string) => `gridded-${area.id}-${scenario}.nc`,
  oi: (area: AreaRecipe, scenario: string) => `oi-${area.id}-${scenario}.nc`,
};

export type ObservationFile = {
  role: 'observations' | 'swath-observations' | 'gridded-observations';
  path: string;
  variable: string;
  description: string;
};

/**
 * What a method may use for a task, the finest first. SWOT + 4 nadirs without error reads the files of `nadir4` and
 * `swot1`: the same points are not shipped twice.
 */
export function observationFiles(area: AreaRecipe, scenario: DemoScenario): ObservationFile[] {
  const tracks: ObservationFile[] = [];
  if (area.shipsTracks && scenario.noiseLevel === 0) {
    const alongTrack = scenario.id === 'swot1-nadir4' ? (['nadir4', 'swot1'] as const) : [scenario.id];
    for (const id of alongTrack) {
      const names = SCENARIOS[id].map((satellite) => SATELLITES[satellite].name).join(', ');
      tracks.push({
        role: 'observations',
        path: fileNames.alongTrack(area, id),
        variable: 'ssh_model',
        description: `Along-track heights without error: ${names}.`,
      });
    }
    if (scenario.hasSwath) {
      tracks.push({
        role: 'swath-observations',
        path: fileNames.swath(area, 'swot1'),
        variable: 'ssh_model',
        description: 'Heights without error in the two KaRIn swaths, line × cell.',
      });
    }
  }
  const height = scenario.noiseLevel === 0 ? 'ssh_mod' : 'ssh_obs';
  return [
    ...tracks,
    {
      role: 'gridded-observations',
      path: fileNames.gridded(area, scenario.id),
      variable: height,
      description:
        scenario.noiseLevel === 0
          ? "Daily means of the observations in each cell of the truth's grid."
          : "Daily means of the observations in each cell of the truth's grid; ssh_obs has the errors, ssh_mod none.",
    },
  ];
}

/** Writes challenge.yaml beside the data files, with their hashes. */
export async function writeDefinition(recipe: DemoRecipe, folder: string): Promise<ChallengeDefinition> {
  const definition = await challengeDefinition(recipe, folder);
  const heading =
    `# ${SYNTHETIC[0]!.toUpperCase()}${SYNTHETIC.slice(1)}.\n` +
    '# Written by `npm run build:demo`: change datasets/demo-osse-definition.ts, not this file.\n';
  const text = stringify(definition, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false });
  await writeFile(join(folder, DEFINITION_FILE), heading + text);
  return definition;
}

async function challengeDefinition(recipe: DemoRecipe, folder: string): Promise<ChallengeDefinition> {
  const used = new Set(recipe.areas.flatMap((area) => scenariosOf(area).map(({ id }) => id)));
  const scenarios = DEMO_SCENARIOS.filter(({ id }) => used.has(id));
  const files: DatasetFile[] = [];
  for (const area of recipe.areas) files.push(...(await filesOf(area, recipe, folder)));
  return challengeDefinitionSchema.parse({
    id: 'demo-osse',
    name: 'Demo: a synthetic North Atlantic seen by altimeters',
    summary:
      'Reconstruct daily sea surface height of a synthetic ocean, in the Gulf Stream, at OSMOSIS and over the whole basin, from nadir altimeters and SWOT.',
    description: description(recipe),
    synthetic: true,
    licence: LICENCE,
    citation: 'Sillage demo challenge, a synthetic ocean (two-layer quasi-geostrophic simulation).',
    protocol: 'osse-natl',
    disclosure: 'practice',
    datasetVersion: '2.5.0',
    periods: {
      evaluation: recipe.evaluation,
      spinUp: recipe.spinUp,
      training: { start: '2013-01-02', end: '2013-09-30' },
    },
    areas: recipe.areas.map(({ id, name, description: text, scoredBox }) => ({
      id,
      name,
      description: text,
      scoredBox,
    })),
    scenarios: scenarios.map(({ id, name, description: text }) => ({
      id,
      name,
      description: text,
      satellites: [...SCENARIOS[id]],
    })),
    tasks: recipe.areas.flatMap((area) =>
      scenariosOf(area).map(({ id }) => ({ area: area.id, scenario: id })),
    ),
    files,
    references: [
      oiReference(
        'oi',
        scenarios.filter(({ hasSwath }) => !hasSwath),
        ['ssh-nadir'],
      ),
      oiReference(
        'oi-swot',
        scenarios.filter(({ hasSwath }) => hasSwath),
        ['ssh-nadir', 'ssh-swot'],
      ),
      ...networksOf(recipe).flatMap((network) => networkReferences(network, scenarios)),
    ].filter((reference) => reference.scenarios.length > 0),
  });
}

/** The networks of the areas that are built. */
export function networksOf({ networks, areas }: DemoRecipe): NetworkRecipe[] {
  return networks.filter((network) => areas.some(({ id }) => id === network.area));
}

/** One for the boards without swaths and one for those with them: they tell their inputs apart. */
function networkReferences(
  { area, checkpoint, manifest, kind, scenarios: entered }: NetworkRecipe,
  scenarios: readonly DemoScenario[],
) {
  const kinds: { id: string; withSwath: boolean; inputs: InputKind[] }[] = [
    { id: `4dvarnet-${area}`, withSwath: false, inputs: ['ssh-nadir'] },
    { id: `4dvarnet-${area}-swot`, withSwath: true, inputs: ['ssh-nadir', 'ssh-swot'] },
  ];
  return kinds.map(({ id, withSwath, inputs }) => ({
    id,
    name: '4DVarNet',
    description: `${kind}, trained on the year 2013 of this synthetic ocean; not a network of the authors of 4DVarNet.`,
    inputs,
    role: 'reconstruction',
    trainedOn: [area],
    scenarios: scenarios
      .filter((scenario) => scenario.hasSwath === withSwath && entered.includes(scenario.id))
      .map((scenario) => scenario.id),
    compute: { method: 'network', checkpoint, manifest },
  }));
}

function oiReference(id: string, scenarios: readonly DemoScenario[], inputs: InputKind[]) {
  return {
    id,
    name: 'OI (baseline)',
    description:
      'Optimal interpolation with the covariance of the 2020a challenge: 1° × 1° × 7 days, noise 0.05.',
    inputs,
    role: 'oi',
    scenarios: scenarios.map((scenario) => scenario.id),
  };
}

async function filesOf(area: AreaRecipe, recipe: DemoRecipe, folder: string): Promise<DatasetFile[]> {
  const describe = async (path: string) => ({
    area: area.id,
    path,
    sha256: createHash('sha256')
      .update(await readFile(join(folder, path)))
      .digest('hex'),
  });
  const files: DatasetFile[] = [
    {
      role: 'truth',
      variable: 'sossheig',
      description: `Sea surface height of the evaluation period, ${SYNTHETIC}.`,
      ...(await describe(fileNames.truth(area))),
    },
    {
      role: 'sst',
      variable: 'sst',
      description: `Sea surface temperature on the same nodes, ${recipe.spinUp.start} to ${recipe.lastObservationDay}.`,
      ...(await describe(fileNames.sst(area))),
    },
  ];
  for (const { checkpoint, manifest } of networksOf(recipe).filter((network) => network.area === area.id)) {
    files.push(
      {
        role: 'network',
        description: 'Weights of the reference 4DVarNet of this area.',
        ...(await describe(checkpoint)),
      },
      {
        role: 'network-manifest',
        description: 'How these weights are run.',
        ...(await describe(manifest)),
      },
    );
  }
  for (const scenario of scenariosOf(area)) {
    for (const { path, ...file } of observationFiles(area, scenario)) {
      files.push({ ...file, scenario: scenario.id, ...(await describe(path)) });
    }
    files.push({
      role: 'oi',
      scenario: scenario.id,
      variable: 'gssh',
      description: `Baseline optimal interpolation of these observations on a ${area.oiSpacingDeg}° grid, with a week before and after the evaluation period.`,
      ...(await describe(fileNames.oi(area, scenario.id))),
    });
  }
  return files;
}

function description(recipe: DemoRecipe): string {
  return `A practice challenge over **a synthetic ocean**: a seeded two-layer quasi-geostrophic simulation, not NATL60 and not the
real sea. It has the shape of the SSH mapping challenges over NATL60: the same areas, evaluation days, satellites and scores.
Numbers on these boards cannot be compared with published ones.

- **Task:** daily maps of sea surface height (m) at 00:00 UTC, ${recipe.evaluation.start} to ${recipe.evaluation.end} (42 days), covering the area.
  The Gulf Stream and OSMOSIS lie inside the North Atlantic: one basin map can enter all three boards of its scenario.
- **Input:** heights of nadir altimeters and SWOT from ${recipe.spinUp.start} (spin-up) to ${recipe.lastObservationDay}, and sea surface temperature of the same ocean.
  Without error, but for the noise ladder, where methods use \`ssh_obs\`.
- **Score:** µ and σ of the RMSE score, and the effective resolutions λx and λt, after trilinear interpolation to the truth's nodes. Land counts as in \`osse-natl\`;
  where an area has no land, that is \`osse-2020a\`.
- **Training:** the same ocean goes on. \`npx sillage simulate-ocean --area gf --start 2013-01-02 --days 270 --sst --out training-gf.nc\` writes as many days of truth as a method wants to learn from;
  \`sillage simulate\` observes them. The days of the evaluation period are for evaluation only.
- **Practice level:** the truth is public; every diagnostic is shown.
`;
}
