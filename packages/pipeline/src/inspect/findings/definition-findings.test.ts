import { challengeDefinitionSchema, type ChallengeDefinition, type DatasetFile } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { definitionFindings, fileFindings } from './definition-findings.js';

const SHA = (digit: string) => digit.repeat(64);
const FILES: Partial<DatasetFile>[] = [
  { role: 'truth', area: 'gf', path: 'truth.nc' },
  { role: 'observations', area: 'gf', scenario: 'nadir4', path: 'observations.nc' },
  { role: 'oi', area: 'gf', scenario: 'nadir4', path: 'oi.nc' },
];

function definition(over: Record<string, unknown> = {}): ChallengeDefinition {
  return challengeDefinitionSchema.parse({
    id: 'test',
    name: 'Test',
    summary: 'A test.',
    synthetic: true,
    licence: 'CC0-1.0',
    protocol: 'osse-2020a',
    disclosure: 'blind',
    datasetVersion: '1.0.0',
    periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
    areas: [{ id: 'gf', name: 'Gulf Stream', scoredBox: { west: -65, east: -55, south: 33, north: 43 } }],
    scenarios: [
      { id: 'nadir4', name: '4 nadirs' },
      { id: 'swot', name: 'SWOT' },
    ],
    tasks: [{ area: 'gf', scenario: 'nadir4' }],
    files: FILES,
    ...over,
  });
}

const located = (path: string, digit: string) => ({
  path,
  localPath: `/x/${path}`,
  sha256: SHA(digit),
  sizeBytes: 9,
});
const ALL = [located('truth.nc', 'a'), located('observations.nc', 'b'), located('oi.nc', 'c')];
const codes = (findings: { severity: string; code: string; path: string | null }[]) =>
  findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`);

describe('definitionFindings', () => {
  it('finds nothing in a good definition, nor in one that only describes a challenge', () => {
    expect(definitionFindings(definition())).toEqual([]);
    const described = definition({ files: [], expectedFiles: [{ name: 'x', description: 'x' }] });
    expect(definitionFindings(described)).toEqual([]);
  });

  it.each([
    { name: 'ends in it', training: { start: '2012-01-01', end: '2012-10-22' }, count: 1 },
    { name: 'begins in it', training: { start: '2012-12-02', end: '2013-10-22' }, count: 1 },
    { name: 'surrounds it', training: { start: '2012-01-01', end: '2013-10-22' }, count: 1 },
    { name: 'ends the day before', training: { start: '2012-01-01', end: '2012-10-21' }, count: 0 },
    { name: 'begins the day after', training: { start: '2012-12-03', end: '2013-10-22' }, count: 0 },
  ])('finds $count overlaps of a training period that $name', ({ training, count }) => {
    const evaluation = { start: '2012-10-22', end: '2012-12-02' };
    const found = definitionFindings(definition({ periods: { evaluation, training } }));
    expect(codes(found)).toEqual(Array(count).fill('error training-overlaps-evaluation null'));
  });

  it('finds a task without observations', () => {
    const tasks = [
      { area: 'gf', scenario: 'nadir4' },
      { area: 'gf', scenario: 'swot' },
    ];
    expect(definitionFindings(definition({ tasks }))).toMatchObject([
      { severity: 'error', code: 'task-without-observations', area: 'gf', scenario: 'swot' },
    ]);
  });
});

describe('fileFindings', () => {
  it('finds nothing where every file is there', () => {
    expect(fileFindings(definition(), ALL)).toEqual([]);
  });

  it('finds a file that is not there, and one with another checksum', () => {
    const files = FILES.map((file) => (file.role === 'oi' ? { ...file, sha256: SHA('d') } : file));
    expect(codes(fileFindings(definition({ files }), ALL.slice(1)))).toEqual([
      'error unreadable truth.nc',
      'error sha256-differs oi.nc',
    ]);
  });

  it('finds the truth under another name: an error where it is sealed, whichever comes first', () => {
    const copied = [located('truth.nc', 'a'), located('observations.nc', 'b'), located('oi.nc', 'a')];
    expect(codes(fileFindings(definition(), copied))).toEqual(['error sealed-content oi.nc']);
    expect(codes(fileFindings(definition(), copied.toReversed()))).toEqual(['error sealed-content oi.nc']);
    expect(codes(fileFindings(definition({ disclosure: 'practice' }), copied))).toEqual([
      'warning sealed-content oi.nc',
    ]);
  });

  it('finds the truth listed under a role that is given out', () => {
    const files = [...FILES, { role: 'reconstruction', area: 'gf', path: 'truth.nc' }];
    expect(codes(fileFindings(definition({ files }), ALL))).toEqual(['error sealed-content truth.nc']);
  });

  it('warns of one content under two names', () => {
    const copied = [located('truth.nc', 'a'), located('observations.nc', 'b'), located('oi.nc', 'b')];
    expect(codes(fileFindings(definition(), copied))).toEqual(['warning duplicate-file oi.nc']);
  });
});
