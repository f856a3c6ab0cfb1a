import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobOutcome } from '@sillage/contracts';
import { stringify } from 'yaml';

/**
 * A folder with challenge.yaml of one task, gf × nadir4, and random bytes as its truth: no platform reads them. With observations,
 * there are some of gf × nadir4 and none of a second task, gf × swot1.
 */
export function writeGulfChallenge(
  parent: string,
  id: string,
  { hasObservations }: { hasObservations: boolean } = { hasObservations: false },
): string {
  const folder = join(parent, id);
  mkdirSync(folder);
  writeFileSync(join(folder, 'truth.nc'), randomBytes(2_000));
  if (hasObservations) writeFileSync(join(folder, 'nadir4.nc'), randomBytes(2_000));
  const definition = {
    id,
    name: 'Gulf Stream for tests',
    summary: 'A challenge for tests',
    synthetic: true,
    licence: 'CC0-1.0',
    protocol: 'osse-2020a',
    disclosure: 'practice',
    datasetVersion: '1.0.0',
    periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
    areas: [{ id: 'gf', name: 'Gulf Stream', scoredBox: { west: -65, east: -55, south: 33, north: 43 } }],
    scenarios: [
      { id: 'nadir4', name: 'Four nadirs' },
      ...(hasObservations ? [{ id: 'swot1', name: 'SWOT' }] : []),
    ],
    tasks: [
      { area: 'gf', scenario: 'nadir4' },
      ...(hasObservations ? [{ area: 'gf', scenario: 'swot1' }] : []),
    ],
    files: [
      { role: 'truth', area: 'gf', path: 'truth.nc' },
      ...(hasObservations
        ? [{ role: 'observations', area: 'gf', scenario: 'nadir4', path: 'nadir4.nc' }]
        : []),
    ],
  };
  writeFileSync(join(folder, 'challenge.yaml'), stringify(definition));
  return folder;
}

/** What an evaluator tells of a map with this µ. */
export function scored(mu: number): JobOutcome {
  return {
    status: 'done',
    result: {
      kind: 'score',
      scores: {
        mu,
        sigma: 0.01,
        lambdaXDeg: 1.2,
        lambdaXKm: null,
        lambdaTDays: 11,
        unresolved: null,
        atGridLimit: [],
        rmseM: 0.04,
      },
      warnings: [],
      artefacts: [],
    },
  };
}
