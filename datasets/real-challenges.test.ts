import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { challengeDefinitionSchema, type ChallengeDefinition } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const sharedFolder = process.env['SILLAGE_SHARED'] ?? fileURLToPath(new URL('../../shared', import.meta.url));
const listPath = `${sharedFolder}/spec/leaderboards.csv`;
const hasList = existsSync(listPath);
if (!hasList)
  console.warn(
    `Published rows are not compared with the list: ${listPath} is not here (set SILLAGE_SHARED).`,
  );

const definitionOf = (id: string): ChallengeDefinition =>
  challengeDefinitionSchema.parse(
    parse(readFileSync(new URL(`${id}/challenge.yaml`, import.meta.url), 'utf8')),
  );
const REAL = ['natl60-2020a', 'natl60-osse', 'ose-2021a'] as const;

describe.each(REAL)('%s', (id) => {
  const definition = definitionOf(id);

  test('is described, waits for its data, and says how to get them', () => {
    expect(definition).toMatchObject({ id, synthetic: false, datasetVersion: '0.1.0', files: [] });
    expect(definition.expectedFiles.length).toBeGreaterThan(1);
    expect(definition.expectedFiles.every((file) => file.obtain !== '')).toBe(true);
    expect(definition.citation).toContain('10.24400/527896/a01-202');
  });

  test('says why published scores are not ranked with those of the platform', () => {
    expect(definition.description).toMatch(/never ranked with ours/);
    expect(definition.published.length).toBeGreaterThan(0);
    for (const row of definition.published) {
      expect(row.protocol.length, row.method).toBeGreaterThan(20);
      expect(row.inputs, row.method).not.toEqual([]);
      // λx is in one unit per row, as its source has it.
      expect([row.lambdaXDeg, row.lambdaXKm].filter((value) => value !== null)).toHaveLength(1);
    }
  });
});

test('the boards are those of the literature', () => {
  const tasks = (id: string): string[] =>
    definitionOf(id).tasks.map(({ area, scenario }) => `${area} ${scenario}`);
  const scenarios = ['nadir1', 'nadir4', 'swot1', 'swot1-nadir4'];
  expect(tasks('natl60-2020a')).toEqual(scenarios.map((scenario) => `gf ${scenario}`));
  expect(tasks('natl60-osse')).toEqual(
    ['gf', 'osmosis', 'natl'].flatMap((area) => scenarios.map((scenario) => `${area} ${scenario}`)),
  );
  expect(tasks('ose-2021a')).toEqual(['gf nadir6']);
});

describe.skipIf(!hasList)('every row of the list of published scores that belongs to a challenge', () => {
  const rows = hasList ? csvRows(readFileSync(listPath, 'utf8')) : [];
  const SCENARIO: Record<string, string> = {
    '1 nadir': 'nadir1',
    '4 nadirs': 'nadir4',
    '5 nadirs': 'nadir4',
    '1 swot': 'swot1',
    '1 swot + 4 nadirs': 'swot1-nadir4',
    '6 nadirs, test CryoSat-2': 'nadir6',
    'OSSE NADIR': 'nadir4',
    'OSSE NADIR+SST': 'nadir4',
    'OSSE NADIR+SWOT': 'swot1-nadir4',
    'OSE NADIR': 'nadir6',
  };
  const belongsTo: Record<(typeof REAL)[number], (row: Record<string, string>) => boolean> = {
    'natl60-2020a': (row) =>
      row.challenge === '2020a' || (row.challenge === 'OceanBench' && /^OSSE/.test(row.scenario ?? '')),
    'natl60-osse': (row) => row.challenge === '2020a' && /CIA-Oceanix/.test(row.source ?? ''),
    'ose-2021a': (row) =>
      row.challenge === '2021a OSE' || (row.challenge === 'OceanBench' && row.scenario === 'OSE NADIR'),
  };

  test.each([
    { id: 'natl60-2020a', listed: 39, others: ['OI of MASSH'] },
    { id: 'natl60-osse', listed: 4, others: [] },
    { id: 'ose-2021a', listed: 19, others: [] },
  ] as const)('is in $id with equal numbers', ({ id, listed, others }) => {
    const expected = rows.filter(belongsTo[id]);
    expect(expected).toHaveLength(listed);
    const published = definitionOf(id).published;
    const left = new Set(published);
    for (const row of expected) {
      const isKm = row.lambda_x_unit === 'km';
      const match = published.find(
        (candidate) =>
          left.has(candidate) &&
          candidate.area === 'gf' &&
          candidate.scenario === SCENARIO[row.scenario ?? ''] &&
          candidate.method.startsWith(row.method ?? '') &&
          candidate.source === row.source &&
          candidate.mu === Number(row.mu) &&
          candidate.sigma === (row.sigma ? Number(row.sigma) : null) &&
          candidate.lambdaXKm === (isKm ? Number(row.lambda_x) : null) &&
          candidate.lambdaXDeg === (isKm ? null : Number(row.lambda_x)) &&
          candidate.lambdaTDays === (row.lambda_t_days ? Number(row.lambda_t_days) : null) &&
          candidate.inputs.includes('ssh-swot') === /swot/i.test(row.scenario ?? '') &&
          (!/sst/i.test(`${row.scenario} ${row.method}`) || candidate.inputs.includes('sst')),
      );
      expect(match, `${row.scenario}, ${row.method}`).toBeDefined();
      if (match) left.delete(match);
      // A page writes a column alike; where the source printed fewer decimals of one value, the definition says so.
      const column = expected.filter(
        (other) => other.source === row.source && SCENARIO[other.scenario ?? ''] === match?.scenario,
      );
      const most = Math.max(...column.map((other) => decimalsOf(other.mu)));
      expect(match?.decimals?.mu ?? most, `decimals of µ, ${row.method}`).toBe(decimalsOf(row.mu));
    }
    expect(
      [...left].map((row) => row.method),
      'rows that the list does not have',
    ).toEqual(others);
  });
});

function decimalsOf(printed = ''): number {
  return printed.split('.')[1]?.length ?? 0;
}

/** Rows of a CSV file with a heading; fields may be quoted. */
function csvRows(text: string): Record<string, string>[] {
  const [heading = [], ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g), (field) => field[1] ?? field[2] ?? ''),
    );
  return lines.map((fields) => Object.fromEntries(heading.map((name, index) => [name, fields[index] ?? ''])));
}
