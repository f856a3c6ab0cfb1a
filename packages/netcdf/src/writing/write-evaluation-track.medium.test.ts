import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAlongTrack } from '../opening/open-along-track.js';
import { openNetcdf } from '../opening/open-netcdf.js';
import { writeEvaluationTrack, type EvaluationTrackWriteInput } from './write-evaluation-track.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-evaluation-track-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const track: EvaluationTrackWriteInput = {
  timeDays: Float64Array.of(24_838.25, 24_838.5, 24_838.75),
  latDeg: Float64Array.of(33.123456, 38, 42.9),
  lonDeg: Float64Array.of(-65.5, -60, 12.25),
  cycle: Int32Array.of(1, 1, 1),
  track: Int32Array.of(7, 8, 9),
  slaUnfilteredM: Float64Array.of(0.1234, NaN, -0.5),
  slaFilteredM: Float64Array.of(0.12, NaN, -0.5),
  dacM: new Float64Array(3),
  oceanTideM: new Float64Array(3),
  lweM: Float64Array.of(0.01, 0.012, -0.02),
  mdtM: Float64Array.of(0.3, 0.4, 0.5),
};

test('packs heights to the millimetre and longitudes to 0…360, as the 2021a files do', async () => {
  const path = join(folder, 'track.nc');
  await writeEvaluationTrack(path, track);
  const file = await openNetcdf(path);
  try {
    const names = 'time longitude latitude cycle track sla_unfiltered sla_filtered dac ocean_tide lwe mdt';
    expect(file.variables.map(({ name }) => name).sort()).toEqual(names.split(' ').sort());
    expect([...(await file.readSlab('longitude', [0], [3]))]).toEqual([294_500_000, 300_000_000, 12_250_000]);
    expect([...(await file.readSlab('sla_unfiltered', [0], [3]))]).toEqual([123, 32_767, -500]);
  } finally {
    file.close();
  }
  const anomaly = await openAlongTrack(path, { variable: 'sla_unfiltered' });
  expect([...anomaly.lonDeg]).toEqual([-65.5, -60, 12.25]);
  expect([...anomaly.timeDays]).toEqual([...track.timeDays]);
  expect(anomaly.latDeg[0]).toBeCloseTo(33.123456, 9);
  expect(anomaly.sshM[0]).toBeCloseTo(0.123, 7);
  expect(anomaly.sshM[1]).toBeNaN();
  expect([...anomaly.track!]).toEqual([7, 8, 9]);
});

test.each([
  { name: 'arrays of other lengths', change: { lweM: new Float64Array(2) }, message: 'lweM has 2 values' },
  {
    name: 'times that go back',
    change: { timeDays: Float64Array.of(2, 1, 3) },
    message: 'times must ascend',
  },
  { name: 'a height that does not fit', change: { mdtM: Float64Array.of(0, 33, 0) }, message: 'mdt is 33 m' },
])('refuses $name', async ({ change, message }) => {
  await expect(writeEvaluationTrack(join(folder, 'bad.nc'), { ...track, ...change })).rejects.toThrow(
    message,
  );
});
