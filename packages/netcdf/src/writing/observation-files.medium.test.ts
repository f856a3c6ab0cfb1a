import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observationLayoutOf } from '../opening/open-observation-layout.js';
import { openAlongTrack } from '../opening/open-along-track.js';
import { openGriddedObservations } from '../opening/open-gridded-observations.js';
import { assertSafeStructure, openNetcdf } from '../opening/open-netcdf.js';
import { openSwath } from '../opening/open-swath.js';
import { createAlongTrackWriter, type AlongTrackBlock } from './along-track-writer.js';
import {
  createGriddedObservationsWriter,
  type GriddedObservationsStorage,
} from './gridded-observations-writer.js';
import { createSwathWriter, type SwathBlock, type SwathStorage } from './swath-writer.js';

const PYTHON = '/usr/bin/python3';
const NCDUMP = '/usr/bin/ncdump';
const FIRST = 22_919; // 2012-10-01

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-observations-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => join(folder, name);
const series = (count: number, value: (index: number) => number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => value(index));

/** xarray's view of a file as JSON; null where xarray is not installed. */
function pythonReport(path: string, expression: string): unknown {
  const script = `import sys, json, numpy, xarray\nd = xarray.open_dataset(sys.argv[1])\nprint(json.dumps(${expression}))`;
  return JSON.parse(execFileSync(PYTHON, ['-c', script, path], { encoding: 'utf8' }));
}
const hasXarray = ((): boolean => {
  try {
    execFileSync(PYTHON, ['-c', 'import xarray, netCDF4'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('Checks with xarray are skipped: install python3-xarray and python3-netcdf4.');
    return false;
  }
})();

describe('createAlongTrackWriter', () => {
  /** Two blocks of 50 000 fill a chunk of 65 536 and start another. */
  const block = (first: number, count: number): AlongTrackBlock => ({
    timeDays: series(count, (i) => FIRST + (first + i) / 1000),
    latDeg: series(count, (i) => 30 + ((first + i) % 1000) / 100),
    lonDeg: series(count, (i) => -60 + ((first + i) % 500) / 100),
    sshM: series(count, (i) => Math.sin(first + i)),
    errorM: series(count, (i) => 0.01 * Math.cos(first + i)),
    satelliteIndex: Uint8Array.from({ length: count }, (_, i) => (first + i) % 2),
    cycle: new Int32Array(count).fill(3),
    track: Int32Array.from({ length: count }, (_, i) => 1 + ((first + i) % 254)),
    alongTrackKm: series(count, (i) => first + i),
    modelIndex: series(count, (i) => Math.floor((first + i) / 1000)),
  });

  it('writes what it is given piece by piece, in the layout of the 2020a challenge', async () => {
    const writer = await createAlongTrackWriter(file('track.nc'), {
      satellites: ['jason1', 'swot'],
      withErrors: true,
      attributes: { title: 'Two pieces' },
    });
    writer.append(block(0, 50_000));
    expect(existsSync(file('track.nc'))).toBe(false); // not before it is complete
    writer.append(block(50_000, 0));
    writer.append(block(50_000, 50_000));
    await writer.finish();

    const whole = block(0, 100_000);
    const track = await openAlongTrack(file('track.nc'));
    expect(track.timeDays).toEqual(whole.timeDays);
    expect(track.sshM).toEqual(whole.sshM);
    expect(track.sshObservedM).toEqual(whole.sshM.map((height, i) => height + whole.errorM![i]!));
    expect(track.satelliteIndex).toEqual(whole.satelliteIndex);
    expect(track.satellites).toEqual(['jason1', 'swot']);
    expect(track.alongTrackKm).toEqual(Float32Array.from(whole.alongTrackKm));
    expect(track.attributes).toMatchObject({ title: 'Two pieces', Conventions: 'CF-1.10' });
    const opened = await openNetcdf(file('track.nc'));
    expect(opened.variables.map((variable) => variable.name)).toEqual(
      expect.arrayContaining(['lon', 'lat', 'x_al', 'ncycle', 'model_index', 'nadir_err']),
    );
    opened.close();
    await assertSafeStructure(file('track.nc'));
    expect(await observationLayoutOf(file('track.nc'))).toBe('along-track');
  });

  it('writes no errors where there are none', async () => {
    const writer = await createAlongTrackWriter(file('exact.nc'), {
      satellites: ['a', 'b'],
      withErrors: false,
    });
    writer.append(block(0, 10));
    await writer.finish();
    expect((await openAlongTrack(file('exact.nc'))).sshObservedM).toBeNull();
  });

  it('writes an empty file when nothing was observed', async () => {
    const writer = await createAlongTrackWriter(file('nothing.nc'), { satellites: ['a'], withErrors: true });
    await writer.finish();
    expect((await openAlongTrack(file('nothing.nc'))).sshM).toHaveLength(0);
  });

  it('refuses times that go back, and leaves nothing behind when it is given up', async () => {
    const writer = await createAlongTrackWriter(file('back.nc'), {
      satellites: ['a', 'b'],
      withErrors: false,
    });
    writer.append(block(100, 10));
    expect(() => writer.append(block(0, 10))).toThrow('must ascend');
    writer.discard(new Error('given up'));
    expect(readdirSync(folder).filter((name) => name.startsWith('back'))).toEqual([]);
  });

  it('says in one line that a folder is not there', async () => {
    await expect(
      createAlongTrackWriter(file('absent/track.nc'), { satellites: [], withErrors: false }),
    ).rejects.toThrow(/ENOENT/);
  });

  it.skipIf(!hasXarray)('opens in xarray', () => {
    const report = pythonReport(
      file('track.nc'),
      '{"dims": list(d.ssh_obs.dims), "n": d.sizes["time"], "t": str(d.time.values[-1])[:16], "coords": sorted(d.coords), "v": float(d.ssh_model[70000]), "flags": d.satellite.flag_meanings}',
    );
    expect(report).toEqual({
      dims: ['time'],
      n: 100_000,
      t: '2013-01-08T23:58',
      coords: ['lat', 'lon', 'time'],
      v: Math.sin(70_000),
      flags: 'jason1 swot',
    });
  });
});

describe('createSwathWriter', () => {
  const ACROSS = Float64Array.of(-60, -10, 10, 60);
  const EXTENT = { west: -66, east: -54, south: 32, north: 44 };
  /** A cell of every seventh is missing. */
  const block = (first: number, lines: number): SwathBlock => {
    const cell = (value: (line: number, cell: number) => number): Float64Array =>
      series(lines * 4, (i) => value(first + Math.floor(i / 4), i % 4));
    const sshM = cell((line, c) => ((4 * line + c) % 7 === 0 ? NaN : 0.5 * Math.sin(line / 50 + c)));
    return {
      timeDays: series(lines, (i) => FIRST + (first + i) / 1e4),
      latDeg: cell((line, c) => 33 + (line % 1000) / 100 + c / 1000),
      lonDeg: cell((line, c) => -65 + (line % 900) / 100 + c / 10),
      sshM,
      sshObservedM: sshM.map((height) => height + 0.01),
      errorsM: {
        karin: cell(() => 0.001),
        roll: cell(() => 0.002),
        phase: cell(() => 0.003),
        baselineDilation: cell(() => 0.004),
        timing: cell(() => 0.005),
        wetTroposphere: cell(() => 0.006),
      },
      alongTrackKm: series(lines, (i) => 2 * (first + i)),
      nadirLatDeg: series(lines, () => 35),
      nadirLonDeg: series(lines, () => -60),
      modelIndex: series(lines, () => 0),
    };
  };
  const LINES = 2500;
  const cases: { name: string; storage: SwathStorage; heightM: number; placeDeg: number }[] = [
    { name: 'full', storage: { kind: 'full' }, heightM: 0, placeDeg: 0 },
    { name: 'compact', storage: { kind: 'compact', extent: EXTENT }, heightM: 0.501e-4, placeDeg: 0.501e-4 },
    {
      name: 'compact-coarse',
      storage: { kind: 'compact', extent: EXTENT, coordinateStepDeg: 2e-4 },
      heightM: 0.501e-4,
      placeDeg: 1.001e-4,
    },
    {
      name: 'compact-basin',
      storage: {
        kind: 'compact',
        extent: { west: -79, east: 7, south: 27, north: 65 },
        coordinateStepDeg: 1e-6,
      },
      heightM: 0.501e-4,
      placeDeg: 0.501e-6,
    },
  ];

  it.each(cases)('reads back what it wrote, $name', async ({ name, storage, heightM, placeDeg }) => {
    const path = file(`swath-${name}.nc`);
    const writer = await createSwathWriter(path, {
      acrossTrackKm: ACROSS,
      satellite: 'swot',
      withErrors: true,
      storage,
      attributes: { title: 'A swath' },
    });
    for (let first = 0; first < LINES; first += 700)
      writer.append(block(first, Math.min(700, LINES - first)));
    await writer.finish();

    await assertSafeStructure(path);
    expect(await observationLayoutOf(path)).toBe('swath');
    const swath = await openSwath(path);
    expect(swath).toMatchObject({
      lineCount: LINES,
      cellCount: 4,
      satellite: 'swot',
      variableName: 'ssh_model',
    });
    expect(swath.acrossTrackKm).toEqual(ACROSS);
    const whole = block(0, LINES);
    expect(swath.timeDays).toEqual(whole.timeDays);
    const lines = await swath.readLines(1000, 1300);
    expect(lines.timeDays).toEqual(whole.timeDays.slice(1000, 2300));
    lines.sshM.forEach((height, i) => {
      const at = 4000 + i;
      if (Number.isNaN(whole.sshM[at]!)) {
        expect([height, lines.sshObservedM![i], lines.latDeg[i], lines.lonDeg[i]]).toEqual([
          NaN,
          NaN,
          NaN,
          NaN,
        ]);
        return;
      }
      expect(Math.abs(height - whole.sshM[at]!)).toBeLessThanOrEqual(heightM);
      expect(Math.abs(lines.sshObservedM![i]! - whole.sshObservedM![at]!)).toBeLessThanOrEqual(heightM);
      expect(Math.abs(lines.latDeg[i]! - whole.latDeg[at]!)).toBeLessThanOrEqual(placeDeg);
      expect(Math.abs(lines.lonDeg[i]! - whole.lonDeg[at]!)).toBeLessThanOrEqual(placeDeg);
    });
    await expect(swath.readLines(LINES - 1, 2)).rejects.toThrow('lie outside the swath');
    swath.close();
  });

  it('has the variables of the 2020a challenge in a full file, and what methods need in a compact one', async () => {
    const namesOf = async (name: string): Promise<string[]> => {
      const opened = await openNetcdf(file(name));
      opened.close();
      return opened.variables.map((variable) => `${variable.name}(${variable.dimensions.join(',')})`).sort();
    };
    expect(await namesOf('swath-full.nc')).toEqual(
      [
        'time(time)',
        'x_ac(nC)',
        'x_al(time)',
        'lon_nadir(time)',
        'lat_nadir(time)',
        'model_index(time)',
        ...[
          'lon',
          'lat',
          'ssh_model',
          'ssh_obs',
          'karin_err',
          'roll_err',
          'phase_err',
          'bd_err',
          'timing_err',
        ].map((name) => `${name}(time,nC)`),
        'wet_tropo_err(time,nC)',
      ].sort(),
    );
    expect(await namesOf('swath-compact.nc')).toEqual(
      [
        'time(time)',
        'x_ac(nC)',
        ...['lon', 'lat', 'ssh_model', 'ssh_obs'].map((name) => `${name}(time,nC)`),
      ].sort(),
    );
    expect(statSync(file('swath-compact-coarse.nc')).size).toBeLessThan(
      statSync(file('swath-compact-basin.nc')).size,
    );
  });

  it('refuses a block without the errors that the file is for, and leaves nothing behind', async () => {
    const writer = await createSwathWriter(file('incomplete.nc'), {
      acrossTrackKm: ACROSS,
      satellite: 'swot',
      withErrors: true,
      storage: { kind: 'full' },
    });
    const { errorsM: _, ...lines } = block(0, 5);
    expect(() => writer.append(lines)).toThrow("'karin_err' has no values, need 20");
    expect(readdirSync(folder).filter((name) => name.startsWith('incomplete'))).toEqual([]);
  });

  it.skipIf(!hasXarray)('opens in xarray, and in ncdump with a bare dimension nC', () => {
    const expression =
      '{"dims": list(d.ssh_obs.dims), "n": dict(d.sizes), "t": str(d.time.values[10])[:16], "coords": sorted(d.coords), "v": round(float(d.ssh_model[2000, 3]), 4), "lon": round(float(d.lon[2000, 3]), 4), "missing": int(d.ssh_model.isnull().sum())}';
    const missing = block(0, LINES).sshM.filter((height) => Number.isNaN(height)).length;
    for (const name of ['swath-full.nc', 'swath-compact.nc', 'swath-compact-basin.nc']) {
      expect(pythonReport(file(name), expression)).toEqual({
        dims: ['time', 'nC'],
        n: { time: LINES, nC: 4 },
        t: '2012-10-01T00:01',
        coords: ['lat', 'lon', 'time'],
        v: Math.round(1e4 * 0.5 * Math.sin(43)) / 1e4,
        lon: -62.7,
        missing,
      });
    }
    if (!existsSync(NCDUMP)) return;
    const text = execFileSync(NCDUMP, ['-h', file('swath-full.nc')], { encoding: 'utf8' });
    expect(text).toContain('nC = 4 ;');
    expect(text).toContain('double ssh_model(time, nC)');
    expect(text).not.toMatch(/phony|float nC/);
  });
});

describe('createGriddedObservationsWriter', () => {
  const grid = {
    timeDays: Float64Array.of(FIRST, FIRST + 1, FIRST + 2),
    latDeg: series(5, (i) => 27 + i * 0.05),
    lonDeg: series(6, (i) => -79 + i * 0.05),
  };
  const mask = Uint8Array.from({ length: 30 }, (_, node) => (node % 5 === 0 ? 0 : 1));
  const nodes = Int32Array.of(1, 7, 23);
  const day = (index: number) => ({
    nodes,
    sshM: Float64Array.of(0.1 * index, -0.25, 0.3),
    sshObservedM: Float64Array.of(0.1 * index + 0.01, -0.26, 0.31),
    lagDays: Float64Array.of(0, 0.5, 1),
    flag: Float64Array.of(0, 0.25, 1),
  });

  it.each(['float64', 'float32', 'packed'] satisfies GriddedObservationsStorage[])(
    'reads back what it wrote, %s',
    async (storage) => {
      const path = file(`gridded-${storage}.nc`);
      const writer = await createGriddedObservationsWriter(path, { grid, mask, storage });
      for (const index of [0, 1]) writer.append(day(index));
      // A day may come as whole maps as well.
      const dense = (values: Float64Array): Float64Array => {
        const map = new Float64Array(30).fill(NaN);
        nodes.forEach((node, i) => (map[node] = values[i]!));
        return map;
      };
      const last = day(2);
      writer.append({
        sshM: dense(last.sshM),
        sshObservedM: dense(last.sshObservedM),
        lagDays: dense(last.lagDays),
        flag: dense(last.flag),
      });
      await writer.finish();

      await assertSafeStructure(path);
      expect(await observationLayoutOf(path)).toBe('gridded');
      const observations = await openGriddedObservations(path);
      expect(observations.grid).toEqual(grid);
      expect(observations.mask).toEqual(mask);
      for (const index of [0, 1, 2]) {
        const read = await observations.readDay(index);
        const expected = day(index);
        expect(read.timeDays).toBe(FIRST + index);
        nodes.forEach((node, i) => {
          expect(read.sshM[node]).toBeCloseTo(expected.sshM[i]!, storage === 'packed' ? 4 : 7);
          expect(read.sshObservedM![node]).toBeCloseTo(
            expected.sshObservedM[i]!,
            storage === 'packed' ? 4 : 7,
          );
          expect(read.lagDays![node]).toBeCloseTo(expected.lagDays[i]!, 6);
          expect(read.flag![node]).toBeCloseTo(expected.flag[i]!, 6);
        });
        for (const map of [read.sshM, read.sshObservedM!, read.lagDays!, read.flag!])
          expect(map.filter((value) => Number.isNaN(value))).toHaveLength(27);
      }
      observations.close();
    },
  );

  it('says which days are missing, and leaves nothing behind', async () => {
    const writer = await createGriddedObservationsWriter(file('short.nc'), { grid, mask, storage: 'packed' });
    writer.append(day(0));
    await expect(writer.finish()).rejects.toThrow('1 of 3 days were written');
    expect(readdirSync(folder).filter((name) => name.startsWith('short'))).toEqual([]);
  });

  it.skipIf(!hasXarray)('opens in xarray as dataset_nadir_0d_swot.nc does', () => {
    for (const storage of ['float64', 'packed']) {
      const report = pythonReport(
        file(`gridded-${storage}.nc`),
        '{"dims": list(d.ssh_obs.dims), "mask": list(d.mask.dims), "vars": sorted(d.data_vars), "t": [str(t)[:16] for t in d.time.values], "lag": [round(float(v), 3) for v in d.lag.values[1].ravel() if v == v], "flag": [round(float(v), 3) for v in d.flag.values[1].ravel() if v == v], "units": xarray.open_dataset(sys.argv[1], decode_times=False).time.units}',
      );
      expect(report).toEqual({
        dims: ['time', 'lat', 'lon'],
        mask: ['lat', 'lon'],
        vars: ['flag', 'lag', 'mask', 'ssh_mod', 'ssh_obs'],
        t: ['2012-10-01T00:00', '2012-10-02T00:00', '2012-10-03T00:00'],
        lag: [0, 0.5, 1],
        flag: [0, 0.25, 1],
        units: 'days since 2012-10-01 00:00:00',
      });
    }
  });
});
