import { describe, expect, test } from 'vitest';
import { fileState, fileStateText, setCoverage, setSentence, type SetFileCheck } from './set-coverage';

const gf = { area: 'gf', scenario: 'nadir4' };
const osmosis = { area: 'osmosis', scenario: 'nadir4' };
const natl = { area: 'natl', scenario: 'nadir4' };
const TASKS = [gf, osmosis, natl];

type Report = Extract<SetFileCheck['run'], { phase: 'done' }>['report'];
const done = (report: Partial<Report> = {}): SetFileCheck['run'] => ({
  phase: 'done',
  report: { rejection: null, warnings: [], covered: [], uncovered: [], ...report },
});
const file = (name: string, change: Partial<SetFileCheck> = {}): SetFileCheck => ({
  name,
  tasks: [gf],
  onlyCovered: false,
  isSent: false,
  run: done(),
  ...change,
});
const rejection = {
  code: 'area-not-covered' as const,
  where: 'the file',
  found: '40 days',
  expected: '42 days',
  fix: 'Add them.',
};
const rejected = file('short.nc', { tasks: [osmosis], run: done({ rejection }) });
const stateOf = (files: SetFileCheck[]) =>
  Object.fromEntries(setCoverage(files, TASKS).map(({ area, state }) => [area, state]));

describe('a set of maps', () => {
  test('covers the boards of the files that would be accepted; the others are missing or lost', () => {
    expect(stateOf([file('a.nc'), rejected])).toEqual({
      gf: 'covered',
      osmosis: 'rejected',
      natl: 'missing',
    });
    expect(setCoverage([file('a.nc'), rejected], TASKS).map(({ files }) => files)).toEqual([
      ['a.nc'],
      ['short.nc'],
      [],
    ]);
  });

  test('does not count what is not known yet', () => {
    expect(stateOf([file('a.nc', { run: { phase: 'idle' } })])['gf']).toBe('open');
    const running = { phase: 'running', fraction: 0.4, activity: 'reading' } as const;
    expect(stateOf([file('a.nc', { run: running })])['gf']).toBe('open');
    const sent = file('a.nc', { run: running, isSent: true });
    expect(fileState(sent)).toBe('unknown');
    expect(stateOf([sent])['gf']).toBe('open');
    expect(fileState(file('a.nc', { isSent: true }))).toBe('accepted');
    expect(stateOf([file('a.nc', { run: { phase: 'failed', message: 'crashed' } })])['gf']).toBe('open');
  });

  test('has no board that two files claim, whatever becomes of them', () => {
    expect(stateOf([file('a.nc'), file('b.nc', { run: { phase: 'idle' } })])['gf']).toBe('twice');
    expect(stateOf([file('a.nc'), file('b.nc', { run: done({ rejection }) })])['gf']).toBe('twice');
  });

  test('takes a map that is cut to what it covers for just that', () => {
    const basin = file('basin.nc', {
      tasks: TASKS,
      onlyCovered: true,
      run: done({ covered: [gf, osmosis], uncovered: [natl] }),
    });
    expect(stateOf([basin])).toEqual({ gf: 'covered', osmosis: 'covered', natl: 'uncovered' });
  });

  test('says one sentence of all its files', () => {
    const files = [
      file('a.nc', { run: done({ warnings: [{ code: 'x', message: 'y' } as never] }) }),
      rejected,
      file('new.nc', { tasks: [] }),
      file('late.nc', { tasks: [natl], run: { phase: 'idle' } }),
    ];
    expect(files.map(fileState)).toEqual(['remarks', 'rejected', 'undecided', 'waiting']);
    expect(setSentence(files, setCoverage(files, TASKS))).toBe(
      '1 of 4 files would be accepted, 1 would be rejected, 1 has no board yet, 1 is not checked yet. Together they cover 1 of 3 boards.',
    );
    expect(fileStateText(files[0]!)).toBe('would be accepted, with 1 remark');
    expect(fileStateText(rejected)).toMatch(/^would be rejected: [a-z]/);
    const twice = [file('a.nc'), file('b.nc')];
    expect(setSentence(twice, setCoverage(twice, TASKS))).toContain(
      '1 board is claimed by more than one file',
    );
  });
});
