/** The products of one scored map, as the evaluator writes them: arguments truth, canonical file, output folder. */
import { writeProducts } from '@sillage/pipeline';

const [truthPath, canonicalPath, outputFolder] = process.argv.slice(2);
await writeProducts({
  truthPath,
  canonicalPath,
  outputFolder,
  task: {
    area: 'natl',
    scenario: 'nadir4',
    scoredBox: { west: -79, east: 7, south: 27, north: 65 },
    period: { start: '2012-10-22', end: '2012-12-02' },
  },
  protocol: 'osse-natl',
  scores: {
    mu: 0.9,
    sigma: 0.01,
    lambdaXDeg: 1,
    lambdaXKm: null,
    lambdaTDays: 10,
    unresolved: null,
    atGridLimit: [],
    rmseM: 0.03,
  },
  provenance: {
    challenge: 'bench',
    challengeName: 'Bench',
    datasetVersion: '1',
    method: 'wave',
    author: 'bench',
    licence: 'CC0-1.0',
    synthetic: true,
    submissionId: '00000000-0000-4000-8000-000000000000',
  },
  includeTruth: true,
  evaluatorVersion: 'bench',
  now: new Date(),
});
console.log('{}');
