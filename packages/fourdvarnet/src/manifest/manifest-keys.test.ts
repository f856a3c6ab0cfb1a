import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MANIFEST_ARCHITECTURES, MANIFEST_KEYS } from '../families/families.js';
import { manifestKeysOf, nearestKey } from './manifest-keys.js';
import { parseManifest } from './parse-manifest.js';

const guide = readFileSync(new URL('../../../../docs/checkpoints.md', import.meta.url), 'utf8');

test('every key of every manifest has a meaning, and a row in the guide', () => {
  const keys = new Set(MANIFEST_ARCHITECTURES.flatMap((name) => manifestKeysOf(name).map(({ key }) => key)));
  expect([...keys].sort()).toEqual(Object.keys(MANIFEST_KEYS).sort());
  for (const key of keys) expect(guide).toMatch(new RegExp(`^\\|[^|]*\`${key}\``, 'm'));
});

test('the manifest of the guide is one', () => {
  const example = /```yaml\n([^]*?)```/.exec(guide)![1]!;
  expect(parseManifest(example)).toMatchObject({ architecture: 'starter', batch_size: 4 });
});

test.each([
  ['nstep', 'n_step'],
  ['N_STEP', 'n_step'],
  ['lr-grad', 'lr_grad'],
  ['rec_weight', 'reconstruction_weight'],
  ['zzzzzz', null],
])('%s most likely means %s', (name, meant) => {
  expect(nearestKey(name, Object.keys(MANIFEST_KEYS))).toBe(meant);
});
