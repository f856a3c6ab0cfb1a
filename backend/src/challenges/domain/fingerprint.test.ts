import type { ChallengeDefinition } from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { challengeDefinition } from '../../testing/challenge-definition.js';
import { compareVersions, datasetFingerprint } from './fingerprint.js';

const definition = challengeDefinition({ id: 'demo' });
const files = new Map([['truth.nc', 'a'.repeat(64)]]);

describe('datasetFingerprint', () => {
  it('does not depend on the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(definition).reverse()) as typeof definition;
    expect(datasetFingerprint(reversed, files)).toBe(datasetFingerprint(definition, files));
  });

  it('changes with the bytes of a file', () => {
    expect(datasetFingerprint(definition, new Map([['truth.nc', 'b'.repeat(64)]]))).not.toBe(
      datasetFingerprint(definition, files),
    );
  });

  it('is for a definition without published scores what it was before there were any', () => {
    const { published: _published, expectedFiles: _expected, ...old } = definition;
    expect(datasetFingerprint(definition, files)).toBe(datasetFingerprint(old as ChallengeDefinition, files));
    const expectedFiles = [{ name: 'truth.nc', description: 'x', sizeBytes: null, obtain: '' }];
    expect(datasetFingerprint({ ...definition, expectedFiles }, files)).not.toBe(
      datasetFingerprint(definition, files),
    );
  });

  it('changes with anything in the definition', () => {
    expect(datasetFingerprint({ ...definition, summary: 'other' }, files)).not.toBe(
      datasetFingerprint(definition, files),
    );
  });
});

describe('compareVersions', () => {
  it('compares numbers, not digits', () => {
    expect(compareVersions('1.10.0', '1.9.0')).toBeGreaterThan(0);
    expect(compareVersions('2.0.0', '10.0.0')).toBeLessThan(0);
    expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
  });

  it('is an order', () => {
    const version = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
