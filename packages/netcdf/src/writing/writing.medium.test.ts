import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FieldValues, RegularGrid } from '@sillage/science';
import { openAlongTrack } from '../opening/open-along-track.js';
import { openGriddedField } from '../opening/open-gridded-field.js';
import type { GriddedStorage, GriddedVariableInput } from './gridded-file.js';
import { writeAlongTrack } from './write-along-track.js';
import { writeGriddedField } from './write-gridded-field.js';

const PYTHON = '/usr/bin/python3';
const hasXarray = canRun(PYTHON, ['-c', 'import xarray, netCDF4']);
const hasNcdump = canRun('ncdump', ['--help']) || existsSync('/usr/bin/ncdump');
if (!hasXarray) console.warn('Checks with xarray are skipped: install python3-xarray and python3-netcdf4.');
if (!hasNcdump) console.warn('Checks with ncdump are skipped: install netcdf-bin.');

const axis = (length: number, first: number, step: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => first + step * i);
const grid: RegularGrid = {
  timeDays: axis(3, 22_940, 1),
  latDeg: axis(7, 33, 0.05),
  lonDeg: axis(9, -65, 0.05),
};
const values = Float64Array.from({ length: 3 * 7 * 9 }, (_, i) =>
  i === 5 || i === 100 ? NaN : Math.sin(i) * 1.2,
);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-writing-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const CASES: {
  name: string;
  storage: GriddedStorage;
  type: GriddedVariableInput['type'];
  tolerance: number;
}[] = [
  { name: 'contiguous float32', storage: { kind: 'contiguous' }, type: 'float32', tolerance: 6e-8 },
  { name: 'contiguous float64', storage: { kind: 'contiguous' }, type: 'float64', tolerance: 0 },
  { name: 'contiguous int16', storage: { kind: 'contiguous' }, type: 'int16', tolerance: 0.5001e-4 },
  { name: 'deflated float32', storage: { kind: 'deflate', level: 4 }, type: 'float32', tolerance: 6e-8 },
  { name: 'deflated float64', storage: { kind: 'deflate', level: 9 }, type: 'float64', tolerance: 0 },
  { name: 'deflated int16', storage: { kind: 'deflate', level: 1 }, type: 'int16', tolerance: 0.5001e-4 },
  {
    name: 'chunked without compression',
    storage: { kind: 'deflate', level: 0 },
    type: 'float32',
    tolerance: 6e-8,
  },
];

describe.each(CASES)('writeGriddedField, $name', ({ name, storage, type, tolerance }) => {
  const path = (): string => join(folder, `${name.replaceAll(' ', '-')}.nc`);
  const variable = (
    data: { values: FieldValues } | { readDay: (t: number) => Promise<FieldValues> },
  ): GriddedVariableInput => ({
    name: 'ssh',
    type,
    packing: { scaleFactor: 1e-4, addOffset: 0 },
    attributes: { standard_name: 'sea_surface_height_above_geoid', long_name: 'sea surface height' },
    ...data,
  });

  it('reads back what it wrote, written by day', async () => {
    const readDay = async (t: number): Promise<FieldValues> => values.subarray(t * 63, (t + 1) * 63);
    await writeGriddedField(path(), {
      grid,
      variables: [variable({ readDay })],
      attributes: { title: 'Été', history: 'made' },
      storage,
    });
    const field = await openGriddedField(path());
    expect(field.grid).toEqual(grid);
    expect(field.attributes).toMatchObject({ Conventions: 'CF-1.10', title: 'Été', history: 'made' });
    const read = await field.readDays(0, 3);
    values.forEach((value, i) => {
      if (Number.isNaN(value)) expect(read[i]).toBeNaN();
      else expect(Math.abs(read[i]! - value)).toBeLessThanOrEqual(tolerance);
    });
    field.close();
  });

  it.skipIf(!hasXarray)('opens in xarray with coordinates, times and the same heights', () => {
    const script = `
import sys, json, xarray
d = xarray.open_dataset(sys.argv[1])
print(json.dumps({"coords": sorted(d.coords), "times": [str(t)[:19] for t in d.time.values], "dims": list(d.ssh.dims),
  "missing": int(d.ssh.isnull().sum()), "mean": float(d.ssh.astype("f8").mean()), "lat": float(d.lat[6]), "title": d.title, "units": d.ssh.units}))`;
    const report = JSON.parse(execFileSync(PYTHON, ['-c', script, path()], { encoding: 'utf8' })) as Record<
      string,
      unknown
    >;
    const valid = values.filter((value) => !Number.isNaN(value));
    expect(report).toMatchObject({
      coords: ['lat', 'lon', 'time'],
      times: ['2012-10-22T00:00:00', '2012-10-23T00:00:00', '2012-10-24T00:00:00'],
      dims: ['time', 'lat', 'lon'],
      missing: 2,
      title: 'Été',
      units: 'm',
    });
    expect(report['mean']).toBeCloseTo(valid.reduce((sum, value) => sum + value, 0) / valid.length, 5);
  });

  it.skipIf(!hasNcdump)('opens in ncdump with named dimensions', () => {
    const text = execFileSync('/usr/bin/ncdump', ['-h', path()], { encoding: 'utf8' });
    expect(text).toContain('ssh(time, lat, lon)');
    expect(text).toContain('time:units = "days since 1950-01-01 00:00:00"');
    expect(text).not.toContain('phony');
  });
});

describe('writeGriddedField', () => {
  it('leaves nothing behind when a day has the wrong shape or a value does not fit', async () => {
    const broken = join(folder, 'broken.nc');
    const write = (variable: Partial<GriddedVariableInput> & { values: FieldValues }): Promise<void> =>
      writeGriddedField(broken, {
        grid,
        variables: [{ name: 'ssh', type: 'float32', ...variable } as GriddedVariableInput],
      });
    await expect(write({ values: values.subarray(1) })).rejects.toThrow(RangeError);
    await expect(
      write({ type: 'int16', packing: { scaleFactor: 1e-5, addOffset: 0 }, values }),
    ).rejects.toThrow(RangeError);
    expect(readdirSync(folder).filter((name) => name.startsWith('broken'))).toEqual([]);
  });

  it('stores a contiguous field in its own size, and several variables side by side', async () => {
    const path = join(folder, 'two.nc');
    const other = values.map((value) => -value);
    await writeGriddedField(path, {
      grid,
      variables: [
        { name: 'ssh', type: 'float64', values },
        { name: 'ssh_reference', type: 'float64', values: other },
      ],
    });
    expect(statSync(path).size).toBeLessThan(2 * values.byteLength + 12_000);
    const field = await openGriddedField(path, { variable: 'ssh_reference' });
    expect(Array.from(await field.readDays(0, 3))).toEqual(Array.from(other));
    field.close();
  });
});

describe('writeAlongTrack', () => {
  const count = 500;
  const track = {
    timeDays: axis(count, 22_940, 0.001),
    latDeg: axis(count, 33, 0.01),
    lonDeg: axis(count, -65, 0.01),
    sshM: axis(count, -0.5, 0.002),
    sshObservedM: axis(count, -0.49, 0.002),
    satelliteIndex: Uint8Array.from({ length: count }, (_, i) => i % 2),
    satellites: ['jason1', 'envisat'],
    cycle: new Int32Array(count).fill(3),
    track: Int32Array.from({ length: count }, (_, i) => Math.floor(i / 100)),
    alongTrackKm: Float32Array.from({ length: count }, (_, i) => i * 7),
    attributes: { title: 'four nadirs' },
  };

  it('reads back what it wrote', async () => {
    const path = join(folder, 'track.nc');
    await writeAlongTrack(path, track);
    const read = await openAlongTrack(path);
    expect(read).toMatchObject({
      ...track,
      attributes: { ...track.attributes, Conventions: 'CF-1.10', featureType: 'trajectory' },
    });
  });

  it.skipIf(!hasXarray)('opens in xarray with times and coordinates', () => {
    const script = `
import sys, xarray
d = xarray.open_dataset(sys.argv[1])
print(str(d.time.values[0])[:10], "lon" in d.coords, round(float(d.ssh_model[3]), 6), d.satellite.flag_meanings)`;
    const text = execFileSync(PYTHON, ['-c', script, join(folder, 'track.nc')], { encoding: 'utf8' });
    expect(text.trim()).toBe('2012-10-22 True -0.494 jason1 envisat');
  });

  it('writes no observations as an empty file', async () => {
    const path = join(folder, 'empty-track.nc');
    await writeAlongTrack(path, {
      timeDays: axis(0, 0, 1),
      latDeg: axis(0, 0, 1),
      lonDeg: axis(0, 0, 1),
      sshM: axis(0, 0, 1),
    });
    expect((await openAlongTrack(path)).timeDays).toHaveLength(0);
  });

  it('refuses unsorted times and arrays of different lengths', async () => {
    const path = join(folder, 'bad-track.nc');
    await expect(writeAlongTrack(path, { ...track, timeDays: axis(count, 1, -0.1) })).rejects.toThrow(
      RangeError,
    );
    await expect(writeAlongTrack(path, { ...track, latDeg: axis(3, 0, 1) })).rejects.toThrow(RangeError);
  });
});

function canRun(command: string, parameters: string[]): boolean {
  try {
    execFileSync(command, parameters, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
