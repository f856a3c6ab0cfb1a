import type { RawManifest } from '@sillage/fourdvarnet';

/** One combination of settings, and how well a network maps with it. */
export type SettingsTrial = {
  settings: RawManifest;
  /** 1 − RMSE/RMS(truth) over all windows; null where the network computed no numbers. */
  mu: number | null;
  /** The same, window by window; empty where it computed no numbers. */
  windowMu: readonly number[];
};

/** The values of each key that is searched; of `n_step` and `lr_grad` where the search begins, not where it ends. */
export type SearchedKeys = Readonly<Record<string, readonly unknown[]>>;

/** λ while everything else is tried: what 4dvarnet-starter had for long, and small enough to do no harm. */
const FIRST_STEP_SIZE = 0.2;
/** Combinations from which the search goes on; each has other values of the keys that are no numbers. */
const MOST_STARTS = 3;
/** µ: less is not an improvement but rounding. */
const LEAST_GAIN = 1e-6;
/** λ is multiplied and divided by these, the coarse one first. */
const STEP_SIZE_FACTORS = [2, Math.SQRT2];
const MOST_STEPS = 200;
const LARGEST_STEP_SIZE = 1e7;
/** Beyond these the search is not a search any more. */
const MOST_TRIALS = 600;

/**
 * Looks for the best settings: all combinations at one λ, then, from the best ones, one key after the other until no change of
 * a single key helps. Numbers leave their list where that helps: n_step by ones, λ by factors.
 *
 * @returns every trial, in the order in which they were made.
 */
export async function climbSettings(
  keys: SearchedKeys,
  trialOf: (settings: RawManifest) => Promise<SettingsTrial>,
  onTrial: (settings: RawManifest, made: number) => void,
): Promise<readonly SettingsTrial[]> {
  const made = new Map<string, SettingsTrial>();
  const run = async (settings: RawManifest): Promise<SettingsTrial> => {
    const key = JSON.stringify(settings);
    const known = made.get(key);
    if (known !== undefined) return known;
    onTrial(settings, made.size);
    const trial = await trialOf(settings);
    made.set(key, trial);
    return trial;
  };

  // Moving observations in time costs a solve more and interacts with nothing: it is tried from the best combinations only.
  const { lr_grad: stepSizes, fgat_passes: passes, ...others } = keys;
  const coarse: SettingsTrial[] = [];
  for (const settings of combinations(others))
    coarse.push(
      await run({
        ...settings,
        ...(stepSizes === undefined ? {} : { lr_grad: FIRST_STEP_SIZE }),
        ...(passes === undefined ? {} : { fgat_passes: passes[0] }),
      }),
    );
  for (const start of startsOf(coarse)) {
    let best = start;
    for (let before = null as SettingsTrial | null; best !== before && made.size < MOST_TRIALS;) {
      before = best;
      if ('n_step' in keys) best = await climbedSteps(best, run);
      if (stepSizes !== undefined) best = await climbedStepSize(best, stepSizes, run);
      const listed = passes === undefined ? others : { ...others, fgat_passes: passes };
      for (const [key, values] of Object.entries(listed)) {
        if (key === 'n_step') continue;
        for (const value of values) best = better(best, await run({ ...best.settings, [key]: value }));
      }
    }
  }
  return [...made.values()];
}

/** Best first. */
export function rankedTrials(trials: readonly SettingsTrial[]): SettingsTrial[] {
  return [...trials].sort((a, b) => (b.mu ?? -Infinity) - (a.mu ?? -Infinity));
}

type Run = (settings: RawManifest) => Promise<SettingsTrial>;

function better(best: SettingsTrial, other: SettingsTrial): SettingsTrial {
  return (other.mu ?? -Infinity) > (best.mu ?? -Infinity) + LEAST_GAIN ? other : best;
}

/** The best trial of each combination of the keys that are no numbers, the best combinations first. */
function startsOf(coarse: readonly SettingsTrial[]): SettingsTrial[] {
  const starts = new Map<string, SettingsTrial>();
  for (const trial of rankedTrials(coarse)) {
    const { n_step: _, lr_grad: __, ...kind } = trial.settings;
    const key = JSON.stringify(kind);
    if (!starts.has(key)) starts.set(key, trial);
  }
  return [...starts.values()].slice(0, MOST_STARTS);
}

/** As many steps as help, one more or one less at a time. */
async function climbedSteps(start: SettingsTrial, run: Run): Promise<SettingsTrial> {
  return walked(start, [1, -1], async (best, change) => {
    const n_step = (best.settings['n_step'] as number) + change;
    return n_step < 1 || n_step > MOST_STEPS ? best : run({ ...best.settings, n_step });
  });
}

async function climbedStepSize(
  start: SettingsTrial,
  values: readonly unknown[],
  run: Run,
): Promise<SettingsTrial> {
  let best = start;
  for (const lr_grad of values) best = better(best, await run({ ...best.settings, lr_grad }));
  for (const factor of STEP_SIZE_FACTORS) {
    best = await walked(best, [factor, 1 / factor], async (known, change) => {
      const lr_grad = rounded((known.settings['lr_grad'] as number) * change);
      return lr_grad === 0 || lr_grad > LARGEST_STEP_SIZE ? known : run({ ...known.settings, lr_grad });
    });
  }
  return best;
}

/** Goes on in a direction as long as it helps; the other direction only where the first did not help at all. */
async function walked<Change>(
  start: SettingsTrial,
  directions: readonly Change[],
  step: (best: SettingsTrial, change: Change) => Promise<SettingsTrial>,
): Promise<SettingsTrial> {
  for (const direction of directions) {
    let best = start;
    for (;;) {
      const next = better(best, await step(best, direction));
      if (next === best) break;
      best = next;
    }
    if (best !== start) return best;
  }
  return start;
}

/** Three digits: µ knows no more of λ. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function combinations(keys: SearchedKeys): RawManifest[] {
  return Object.entries(keys).reduce<RawManifest[]>(
    (found, [key, values]) =>
      found.flatMap((settings) => values.map((value) => ({ ...settings, [key]: value }))),
    [{}],
  );
}
