import { describe, expect, it } from 'vitest';
import { manifestFaults } from './manifest-faults.js';

const SOUND = `architecture: fixed-point
n_step: 5
normalisation: {mean: 0.3, std: 0.4}
patch: {time: 5, lat: 20, lon: 20}
strides: {time: 1, lat: 10, lon: 10}
reconstruction_weight: {crop: {lat: 2, lon: 2}}
spacing_deg: 0.25
`;

describe('manifestFaults', () => {
  it('has nothing to say to a sound manifest, nor to a hydra configuration, which the check reads', () => {
    expect(manifestFaults(SOUND)).toEqual([]);
    expect(manifestFaults('model:\n  _target_: os.system\n')).toEqual([]);
  });

  it('leaves to the check what the checkpoint itself may tell', () => {
    const lacking = SOUND.replace(/^(patch|reconstruction_weight|normalisation).*\n/gm, '');
    expect(lacking).not.toContain('patch');
    expect(manifestFaults(lacking)).toEqual([]);
    expect(
      manifestFaults(SOUND.replace('{time: 5, lat: 20, lon: 20}', '{time: 0, lat: 20, lon: 20}')),
    ).toEqual(['patch.time: a number from 1 is needed, not 0']);
  });

  it.each([
    { name: 'broken YAML', text: 'a: [1', fault: /^This is not YAML: / },
    {
      name: 'a key that stands twice, of which nobody knows which one counts',
      text: `${SOUND}n_step: 7\n`,
      fault: /^This is not YAML: the key 'n_step' stands twice$/,
    },
    {
      name: 'the place of an error',
      text: 'a: 1\nb: "open',
      fault: /^This is not YAML: Missing closing .* at line 2, column 9$/,
    },
    { name: 'a sentence', text: 'just run it', fault: /^A manifest is a list of settings/ },
    { name: 'a list', text: '- a\n- b\n', fault: /^A manifest is a list of settings/ },
    {
      name: 'a setting that none has',
      text: `${SOUND}n_steps: 3\n`,
      fault: /^there is no setting 'n_steps'$/,
    },
    {
      name: 'a value out of range',
      text: SOUND.replace('n_step: 5', 'n_step: 0'),
      fault: /^n_step: a number from 1 is needed, not 0$/,
    },
    {
      name: 'a setting that is not there',
      text: SOUND.replace('n_step: 5\n', ''),
      fault: /^n_step: missing; needed is a number$/,
    },
    {
      name: 'an architecture that nobody knows',
      text: SOUND.replace('fixed-point', 'transformer'),
      fault: /^architecture: /,
    },
    {
      name: 'aliases that expand without end',
      text: `${Array.from(
        { length: 12 },
        (_, depth) =>
          `a${depth}: &a${depth} [${
            depth === 0
              ? 'x'
              : Array(9)
                  .fill(`*a${depth - 1}`)
                  .join(', ')
          }]`,
      ).join('\n')}\n`,
      fault: /^This is not YAML: .*alias/,
    },
    {
      name: 'a list that holds itself',
      text: SOUND.replace('n_step: 5', 'n_step: &a [*a]'),
      fault: /^This is not YAML: the alias '\*a' inside of what it stands for$/,
    },
  ])('names $name', ({ text, fault }) => {
    expect(manifestFaults(text)[0]).toMatch(fault);
  });

  it.each([
    {
      name: 'keys that are mappings, of which each level is written anew',
      text: `${'{? '.repeat(700)}x${'}'.repeat(700)}`,
    },
    { name: 'keys that are lists', text: '? [a]\n: 1\n' },
    { name: 'nine thousand keys', text: Array.from({ length: 9_000 }, (_, key) => `k${key}:`).join('\n') },
    { name: 'sixty thousand brackets', text: '['.repeat(60_000) },
    { name: 'sixty thousand commas', text: `[${','.repeat(60_000)}` },
  ])('does not work through $name', ({ text }) => {
    expect(manifestFaults(text)[0]).toMatch(
      /^This is not YAML: (more than \d+ words and signs|a key that is not a word)/,
    );
  });

  it('repeats only the beginning of what is long', () => {
    const keys = Array.from({ length: 500 }, (_, index) => `patch${index}: 1`).join('\n');
    for (const fault of manifestFaults(`architecture: starter\n${keys}\n`))
      expect(fault.length).toBeLessThanOrEqual(301);
    expect(manifestFaults(`architecture: starter\n? ${'x'.repeat(1000)}\n`).join('').length).toBeLessThan(
      2000,
    );
  });

  it('names a dozen faults at most', () => {
    const keys = Array.from({ length: 40 }, (_, index) => `patch${index}: 1`).join('\n');
    expect(manifestFaults(`architecture: starter\n${keys}\n`).length).toBeLessThanOrEqual(12);
  });
});
