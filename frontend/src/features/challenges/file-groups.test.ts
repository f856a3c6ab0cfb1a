import type { DatasetFileView, FileRole } from '@sillage/contracts';
import { expect, test } from 'vitest';
import { fileGroups } from './file-groups';

const area = (id: string) => ({
  id,
  name: id,
  description: '',
  scoredBox: { west: 0, east: 1, south: 0, north: 1 },
});
const scenario = (id: string) => ({ id, name: id, description: '', satellites: [] });
const file = (role: FileRole, of: string, scenarioId?: string): DatasetFileView => ({
  role,
  area: of,
  path: `${role}-${of}-${scenarioId ?? 'all'}.nc`,
  description: '',
  sha256: '0'.repeat(64),
  sizeBytes: 10,
  ...(scenarioId ? { scenario: scenarioId } : {}),
});

test('every file stands once, under its area and scenario, inputs before the truth', () => {
  const files = [
    file('oi', 'gf', 'swot1'),
    file('truth', 'gf'),
    file('sst', 'gf'),
    file('observations', 'natl', 'nadir4'),
    file('swath-observations', 'gf', 'swot1'),
  ];
  const groups = fileGroups({
    areas: [area('gf'), area('osmosis'), area('natl')],
    scenarios: [scenario('nadir4'), scenario('swot1')],
    files,
  });
  expect(groups.map(({ area: { id }, count, sizeBytes }) => ({ id, count, sizeBytes }))).toEqual([
    { id: 'gf', count: 4, sizeBytes: 40 },
    { id: 'natl', count: 1, sizeBytes: 10 },
  ]);
  expect(
    groups[0]!.parts.map((part) => [part.scenario?.id ?? null, part.files.map((item) => item.role)]),
  ).toEqual([
    [null, ['sst', 'truth']],
    ['swot1', ['swath-observations', 'oi']],
  ]);
});
