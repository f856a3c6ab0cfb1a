import type { DatasetFileView, FileRole } from '@sillage/contracts';
import { expect, test } from 'vitest';
import { checksumList, fileGroups, scenarioRoles } from './file-groups';

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

test('a file that serves two scenarios is listed with both and counted once', () => {
  const shared = (of: string) => ({ ...file('observations', 'gf', of), path: 'observations-gf-nadir4.nc' });
  const [group] = fileGroups({
    areas: [area('gf')],
    scenarios: [scenario('nadir4'), scenario('swot1-nadir4')],
    files: [file('truth', 'gf'), shared('nadir4'), shared('swot1-nadir4'), file('oi', 'gf', 'nadir4')],
  });
  expect(group).toMatchObject({ count: 3, sizeBytes: 30 });
  expect(group!.parts).toHaveLength(3);
  expect(scenarioRoles(group!)).toEqual(['observations', 'oi']);
  expect(checksumList(group!).trimEnd().split('\n')).toHaveLength(3);
  expect(checksumList(group!)).toMatch(/^[0-9a-f]{64} {2}truth-gf-all\.nc\n/);
});
