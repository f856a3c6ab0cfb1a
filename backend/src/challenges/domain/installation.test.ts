import { describe, expect, it } from 'vitest';
import { challengeDefinition } from '../../testing/challenge-definition.js';
import { fromStored, isInstalled } from './installation.js';

describe('isInstalled', () => {
  it('is a matter of having files', () => {
    expect(isInstalled(challengeDefinition())).toBe(true);
    expect(isInstalled(challengeDefinition({ files: [] }))).toBe(false);
  });
});

describe('fromStored', () => {
  it('gives definitions from before published scores empty lists', () => {
    const { published: _published, expectedFiles: _expected, ...old } = challengeDefinition();
    expect(fromStored(old)).toMatchObject({ published: [], expectedFiles: [] });
  });
});
