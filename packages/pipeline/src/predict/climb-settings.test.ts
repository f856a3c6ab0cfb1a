import type { RawManifest } from '@sillage/fourdvarnet';
import { describe, expect, test } from 'vitest';
import { climbSettings, rankedTrials, type SearchedKeys, type SettingsTrial } from './climb-settings.js';

const KEYS: SearchedKeys = {
  input_fill: ['nan', 'zero'],
  final_projection: [true, false],
  n_step: [5, 10, 12, 15],
  lr_grad: [0, 0.2, 100, 1e3],
};

type Truth = { input_fill: string; final_projection: boolean; n_step: number; lr_grad: number };

/** A µ that is best at the truth and falls off as it does for real networks: steep in steps, flat in λ. */
function muOf(truth: Truth, settings: RawManifest): number {
  const { n_step, lr_grad, input_fill, final_projection } = settings as Truth;
  const steps = 0.02 * Math.abs(n_step - truth.n_step);
  const stepSize = 0.002 * Math.min(4, Math.abs(Math.log2((lr_grad + 1) / (truth.lr_grad + 1))));
  return (
    0.9 -
    steps -
    stepSize -
    (input_fill === truth.input_fill ? 0 : 0.5) -
    (final_projection === truth.final_projection ? 0 : 0.01)
  );
}

async function search(truth: Truth, keys: SearchedKeys = KEYS, mu = muOf) {
  const asked: RawManifest[] = [];
  const trials = await climbSettings(
    keys,
    async (settings): Promise<SettingsTrial> => ({ settings, mu: mu(truth, settings), windowMu: [] }),
    (settings) => void asked.push(settings),
  );
  return { best: rankedTrials(trials)[0]!, trials, asked };
}

describe('climbSettings', () => {
  test.each([
    { input_fill: 'nan', final_projection: true, n_step: 10, lr_grad: 1000 },
    { input_fill: 'nan', final_projection: false, n_step: 6, lr_grad: 1000 },
    { input_fill: 'zero', final_projection: false, n_step: 23, lr_grad: 0 },
    { input_fill: 'zero', final_projection: true, n_step: 1, lr_grad: 1500 },
  ])('finds $n_step steps, λ $lr_grad, $input_fill, projection $final_projection', async (truth) => {
    const { best, trials } = await search(truth);
    const { lr_grad, ...others } = best.settings;
    const { lr_grad: expected, ...wanted } = truth;
    expect(others).toEqual(wanted);
    expect(Math.abs(Math.log2(((lr_grad as number) + 1) / (expected + 1)))).toBeLessThan(0.5);
    expect(trials.length).toBeLessThan(120);
  });

  test('corrects a key that looked better while the number of steps was wrong', async () => {
    const truth = { input_fill: 'nan', final_projection: false, n_step: 7, lr_grad: 0.2 };
    const misled = (known: Truth, settings: RawManifest): number =>
      muOf(known, settings) +
      (settings['final_projection'] === true && settings['n_step'] !== known.n_step ? 0.02 : 0);
    expect((await search(truth, KEYS, misled)).best.settings).toMatchObject({
      final_projection: false,
      n_step: 7,
    });
  });

  test('tries nothing twice, and leaves alone what is known', async () => {
    const truth = { input_fill: 'nan', final_projection: true, n_step: 12, lr_grad: 0.2 };
    const { asked, trials } = await search(truth, { final_projection: [true, false] }, () => 0.5);
    expect(trials.map(({ settings }) => settings)).toEqual([
      { final_projection: true },
      { final_projection: false },
    ]);
    const all = await search(truth);
    expect(new Set(all.asked.map((settings) => JSON.stringify(settings))).size).toBe(all.asked.length);
    expect(asked).toHaveLength(2);
  });

  test('moves observations in time only from the best combinations, and keeps it where it helps', async () => {
    const truth = { input_fill: 'nan', final_projection: false, n_step: 6, lr_grad: 0.2 };
    const keys = { ...KEYS, fgat_passes: [0, 1] };
    const moved = (known: Truth, settings: RawManifest): number =>
      muOf(known, settings) + (settings['fgat_passes'] === 1 ? 0.003 : 0);
    const { best, trials } = await search(truth, keys, moved);
    expect(best.settings).toMatchObject({ n_step: 6, fgat_passes: 1 });
    // Every combination of the others once, at 0.
    expect(trials.slice(0, 16).every(({ settings }) => settings['fgat_passes'] === 0)).toBe(true);
    expect(trials.length).toBeLessThan(150);
    const harmful = await search(
      truth,
      keys,
      (known, settings) => 2 * muOf(known, settings) - moved(known, settings),
    );
    expect(harmful.best.settings).toMatchObject({ n_step: 6, fgat_passes: 0 });
  });

  test('ends where nothing computes numbers', async () => {
    const trials = await climbSettings(
      KEYS,
      async (settings) => ({ settings, mu: null, windowMu: [] }),
      () => undefined,
    );
    expect(trials.length).toBeGreaterThan(16);
    expect(rankedTrials(trials)[0]!.mu).toBeNull();
  });
});
