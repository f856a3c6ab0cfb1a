import { randomBytes } from 'node:crypto';
import type { ChallengeDefinition } from '@sillage/contracts';

/** The smallest challenge that is valid, under a name of its own. */
export function challengeDefinition(overrides: Partial<ChallengeDefinition> = {}): ChallengeDefinition {
  return {
    id: `demo-${randomBytes(4).toString('hex')}`,
    name: 'Demo',
    summary: 'A challenge for tests',
    description: '',
    synthetic: true,
    licence: 'CC-BY-4.0',
    citation: '',
    protocol: 'osse-2020a',
    disclosure: 'practice',
    datasetVersion: '1.0.0',
    periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
    areas: [
      {
        id: 'gf',
        name: 'Gulf Stream',
        description: '',
        scoredBox: { west: -65, east: -55, south: 33, north: 43 },
      },
    ],
    scenarios: [{ id: 'nadir4', name: 'Four nadirs', description: '', satellites: [] }],
    tasks: [{ area: 'gf', scenario: 'nadir4' }],
    files: [{ role: 'truth', area: 'gf', path: 'truth.nc', description: '' }],
    references: [],
    published: [],
    expectedFiles: [],
    ...overrides,
  };
}
