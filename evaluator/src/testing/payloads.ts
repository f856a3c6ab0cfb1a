import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jobPayloadSchema, SCORE_KEYS, type JobPayload, type ObjectReference } from '@sillage/contracts';
import { parse } from 'yaml';

const demo = fileURLToPath(new URL('../../../datasets/demo-osse/challenge.yaml', import.meta.url));

const object = (digit: string): ObjectReference => ({ sha256: digit.repeat(64), sizeBytes: 1 });
const task = {
  area: 'gf',
  scenario: 'nadir4',
  scoredBox: { west: -65, east: -55, south: 33, north: 43 },
  period: { start: '2012-10-22', end: '2012-12-02' },
};
const field = (digit: string, fileName: string) => ({ object: object(digit), fileName, variable: null });
const observations = [
  { ...field('1', 'nadir.nc'), role: 'observations' },
  { ...field('2', '../swath of today.nc'), role: 'swath-observations' },
];
const compared = {
  evaluationId: randomUUID(),
  canonical: object('3'),
  truth: object('4'),
  truthVariable: null,
  task,
  protocol: 'osse-2020a',
};
const upload = {
  kind: 'check',
  submissionId: randomUUID(),
  upload: object('5'),
  fileName: 'map.nc',
  variable: null,
  tasks: [task],
};
const provenance = {
  challenge: 'demo-osse',
  challengeName: 'Demo',
  datasetVersion: '1.0.0',
  method: 'wave',
  author: 'Ada',
  licence: 'CC-BY-4.0',
  synthetic: true,
  submissionId: randomUUID(),
};

/** A job for every step, with every file that it may have. */
export const PAYLOADS: ReadonlyMap<string, JobPayload> = new Map(
  Object.entries({
    map: { kind: 'map', submissionId: randomUUID(), task, observations, method: 'oi', parameters: {} },
    check: upload,
    'check-network': { ...upload, fileName: 'net.ckpt', network: { manifest: null } },
    predict: {
      kind: 'predict',
      submissionId: randomUUID(),
      evaluationId: randomUUID(),
      network: object('6'),
      memoryBytes: 1,
      task,
      observations,
      oi: field('7', 'oi.nc'),
      sst: field('8', 'oi.nc'),
    },
    score: { kind: 'score', ...compared, oi: field('7', 'oi.nc') },
    products: {
      kind: 'products',
      ...compared,
      scores: { ...Object.fromEntries(SCORE_KEYS.map((key) => [key, 1])), unresolved: null },
      diagnostics: object('9'),
      statistics: object('a'),
      resolution: object('b'),
      provenance,
      includeTruth: true,
      observations,
    },
    inspect: {
      kind: 'inspect',
      draftId: randomUUID(),
      revision: 3,
      definition: parse(readFileSync(demo, 'utf8')),
      files: [{ path: 'truth-gf.nc', object: object('4') }],
    },
  }).map(([name, payload]) => [name, jobPayloadSchema.parse(payload)]),
);

export function payloadOf(step: string): JobPayload {
  const payload = PAYLOADS.get(step);
  if (payload === undefined) throw new Error(`no job for the step '${step}'`);
  return payload;
}
