import {
  MAP_LAYER_NAMES,
  PHYSICS_KEYS,
  USUAL_MISTAKE,
  type ArtefactName,
  type CheckWarning,
  type CoarseError,
  type DisclosureLevel,
  type FileRole,
  type MapLayer,
  type Physics,
  type RejectionReason,
  type Scores,
  type ScoreValues,
  type Step,
} from '@sillage/contracts';
import { publicTestScores, publicTestValue, type StoredScores } from './public-test.js';

export type { StoredScores } from './public-test.js';

/*
 * What each disclosure level lets out. Nothing published may let the truth be rebuilt: an error field is the truth
 * itself, and an RMSE map or curve at full precision gives it away over a few submissions.
 */

const LOOSEST_FIRST: readonly DisclosureLevel[] = ['practice', 'public-test', 'blind'];

/** Of several levels the one that shows most; *blind* where there is none. */
export function loosestLevel(levels: readonly DisclosureLevel[]): DisclosureLevel {
  return LOOSEST_FIRST.find((level) => levels.includes(level)) ?? 'blind';
}

/** @returns null where the level shows no score at all, or holds this one back. */
export function disclosedScores(stored: StoredScores, level: DisclosureLevel): Scores | null {
  switch (level) {
    case 'practice': {
      const { publicTest: _, ...scores } = stored;
      return scores;
    }
    case 'public-test':
      return publicTestScores(stored);
    case 'blind':
      return null;
  }
}

/** Whether others at this level are told their scores, and this one not. */
export function isHeldBack(stored: StoredScores | null, level: DisclosureLevel): boolean {
  return stored !== null && level === 'public-test' && disclosedScores(stored, level) === null;
}

/** Where the error of every day is withheld and the score is not. */
export function disclosedCoarseErrors(
  stored: StoredScores | null,
  level: DisclosureLevel,
): CoarseError[] | null {
  if (stored === null || level !== 'public-test' || isHeldBack(stored, level)) return null;
  return stored.publicTest?.coarseErrors ?? null;
}

/** Of a score that is disclosed. @returns null where the level shows nothing. */
export function disclosedPhysics(physics: Physics, level: DisclosureLevel): Physics | null {
  switch (level) {
    case 'practice':
      return physics;
    case 'public-test': {
      const told = PHYSICS_KEYS.map((key) => [key, publicTestValue(key, physics[key], null) ?? null]);
      return {
        ...(Object.fromEntries(told) as ScoreValues<(typeof PHYSICS_KEYS)[number]>),
        // Of the grid alone.
        slopeWavelengthsKm: physics.slopeWavelengthsKm,
      };
    }
    case 'blind':
      return null;
  }
}

/**
 * Intervals, pairs and ranks by wavelength are made of the stored sums: they tell more digits than the rounded scores, so
 * they go where those sums may go.
 */
export function areBoardStatisticsDisclosed(level: DisclosureLevel): boolean {
  return isArtefactDisclosed('statistics.json', level);
}

/** Steps whose evaluator has the truth at hand. */
const STEPS_WITH_TRUTH: ReadonlySet<Step> = new Set(['score', 'products', 'inspect']);

/** What an evaluator says that it is doing; null where it might say something of the truth. */
export function disclosedActivity(
  { step, activity }: { step: Step | null; activity: string },
  level: DisclosureLevel,
): string | null {
  const isFree = level === 'practice' || (step !== null && !STEPS_WITH_TRUTH.has(step));
  return isFree && activity !== '' ? activity : null;
}

/** Why an evaluator failed, in its own words: organisers read them on their overview. */
export function disclosedFailure(message: string | null, level: DisclosureLevel): string | null {
  return message === null || level === 'practice'
    ? message
    : 'An evaluator broke down. The organisers see why.';
}

/** As it is stored: with the step that found it. */
export type StoredRejection = RejectionReason & { step: Step };

/** What a step finds beside the truth, be it holes, days or an area, shows where the truth has values. */
export function disclosedRejection(
  rejection: StoredRejection | null,
  level: DisclosureLevel,
): RejectionReason | null {
  if (rejection === null) return null;
  const { step, ...reason } = rejection;
  if (level === 'practice' || !STEPS_WITH_TRUTH.has(step)) return reason;
  return {
    code: 'holes-in-reconstruction',
    where: 'the map',
    found: 'no value at points that are scored; where they are is withheld with the truth',
    expected: 'a value wherever the map is scored',
    fix: 'Give a value everywhere in the area on each day, at least wherever the public maps of the challenge have one.',
  };
}

/** Warnings that follow from the upload and the public files alone; any other is withheld with the truth. */
const WARNINGS_WITHOUT_TRUTH: ReadonlySet<string> = new Set([
  USUAL_MISTAKE,
  'variable-guessed',
  'units-assumed',
  'time-units-assumed',
  'text-times',
  'repeated-column',
  'area-not-covered',
  'days-missing',
  'tasks-not-covered',
  'network-memory-unknown',
  'checkpoint',
  'manifest',
]);

export function disclosedWarnings(warnings: readonly CheckWarning[], level: DisclosureLevel): CheckWarning[] {
  return warnings.filter(({ code }) => level === 'practice' || WARNINGS_WITHOUT_TRUTH.has(code));
}

/** Layers that tell nothing of the truth: the map itself, what follows from it alone, and the public observations. */
const LAYERS_WITHOUT_TRUTH: ReadonlySet<MapLayer['name']> = new Set([
  'reconstruction',
  'reconstruction-gradient',
  'reconstruction-vorticity',
  'observations',
]);

/**
 * What may leave a public test: the scored NetCDF and the maps, which hold truth and error at practice level only, and of
 * the stacks those of the map itself. Curves, boxes and spectra at full precision give the truth away.
 */
export function isArtefactDisclosed(name: ArtefactName, level: DisclosureLevel): boolean {
  switch (level) {
    case 'practice':
      return true;
    case 'public-test': {
      if (name === 'scored.nc' || name === 'maps.json') return true;
      const layer = layerOfStack(name);
      return layer !== null && LAYERS_WITHOUT_TRUTH.has(layer);
    }
    case 'blind':
      return false;
  }
}

/** Of these the content, not the name, says whether truth and error are in it. */
const MADE_WITH_OR_WITHOUT_TRUTH: ReadonlySet<ArtefactName> = new Set(['scored.nc', 'maps.json']);

/** Of an artefact as it was made: what was written while the truth was public is withheld where it no longer is. */
export function isStoredArtefactDisclosed(
  { name, holdsTruth }: { name: ArtefactName; holdsTruth: boolean },
  level: DisclosureLevel,
): boolean {
  if (holdsTruth && level !== 'practice' && MADE_WITH_OR_WITHOUT_TRUTH.has(name)) return false;
  return isArtefactDisclosed(name, level);
}

/** Files and maps were made while the truth was withheld, and it is public now: they could show more. */
export function lacksTruth(
  artefacts: readonly { name: ArtefactName; holdsTruth: boolean }[],
  level: DisclosureLevel,
): boolean {
  return (
    level === 'practice' &&
    artefacts.some(({ name, holdsTruth }) => MADE_WITH_OR_WITHOUT_TRUTH.has(name) && !holdsTruth)
  );
}

/** Every layer but those of the map itself is the truth or can be turned into it; at stake is the whole stack. */
export function isMapLayerDisclosed(layer: MapLayer['name'], level: DisclosureLevel): boolean {
  return isArtefactDisclosed(`${layer}.i16`, level);
}

function layerOfStack(name: ArtefactName): MapLayer['name'] | null {
  const [layer] = MAP_LAYER_NAMES.filter((candidate) => `${candidate}.i16` === name);
  return layer ?? null;
}

/** What maps are compared with is withheld, be it a field or a track. */
export function isDatasetFileDisclosed(role: FileRole, level: DisclosureLevel): boolean {
  return (role !== 'truth' && role !== 'evaluation-track') || level === 'practice';
}

/** One file may have several roles: it is public only if it may be in all of them. */
export function withheldPaths(
  files: readonly { role: FileRole; path: string }[],
  level: DisclosureLevel,
): ReadonlySet<string> {
  return new Set(files.filter(({ role }) => !isDatasetFileDisclosed(role, level)).map(({ path }) => path));
}

/** Whether truth and error may be written into the scored NetCDF. */
export function mayProductsHoldTruth(level: DisclosureLevel): boolean {
  return level === 'practice';
}
