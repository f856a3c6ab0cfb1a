import { expect, it } from 'vitest';
import { scoredAttributes } from './scored-attributes.js';

const attributes = (namesFile: boolean) =>
  scoredAttributes(
    {
      task: {
        area: 'gf',
        scenario: 'nadir4',
        scoredBox: { west: -65, east: -55, south: 33, north: 43 },
        period: { start: '2012-10-22', end: '2012-12-02' },
      },
      protocol: 'osse-2020a',
      scores: {
        mu: 0.9,
        sigma: 0.01,
        lambdaXDeg: 1.2,
        lambdaXKm: null,
        lambdaTDays: 10,
        unresolved: null,
        atGridLimit: [],
        rmseM: 0.05,
      },
      provenance: {
        challenge: 'demo',
        challengeName: 'Demo',
        datasetVersion: '1.0.0',
        method: 'A method',
        author: 'anonymous',
        licence: 'CC-BY-4.0',
        synthetic: false,
        submissionId: '4a7f1f5e-6f3c-4b6e-9c3e-3f1f0c6a2b1d',
        submissionUrl: '',
        platformUrl: '',
        submittedAt: null,
        datasetCitation: '',
        datasetLicence: '',
        namesFile,
      },
      evaluatorVersion: '1.0.0',
      includeTruth: false,
      now: new Date('2027-01-01T00:00:00Z'),
      grid: {
        timeDays: Float64Array.of(22_940, 22_941),
        latDeg: Float64Array.of(33, 34),
        lonDeg: Float64Array.of(-65, -64),
      },
      origin: {
        source: "variable 'gssh' of lovelace-maps.nc",
        origin_file: 'lovelace-maps.nc',
        origin_variable: 'gssh',
      },
    },
    'A comment.',
  );

it('names the file that the heights came from, as the notebook names the variable', () => {
  expect(attributes(true)).toMatchObject({ origin_file: 'lovelace-maps.nc', origin_variable: 'gssh' });
});

it('says nothing of a file and a variable whose names may hold that of an author who is not named', () => {
  expect(attributes(false)).toMatchObject({ creator_name: 'anonymous' });
  expect(JSON.stringify(attributes(false))).not.toMatch(/lovelace|gssh/);
});
