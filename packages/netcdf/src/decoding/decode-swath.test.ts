import { describe, expect, it } from 'vitest';
import { NetcdfError } from '../netcdf-error.js';
import { decodeSwath } from './decode-swath.js';
import { memoryNetcdfFile, type MemoryVariable } from '../testing/memory-files.js';

const LINES = ['time'];
const CELLS = ['time', 'nC'];

/** The layout of the 2020a challenge's KaRIn file: degrees without standard names, longitudes 0–360, fill 9.97e36. */
const karin = (change: Partial<Record<string, Partial<MemoryVariable> | null>> = {}) =>
  memoryNetcdfFile(
    (
      [
        {
          name: 'time',
          type: 'float64',
          dimensions: LINES,
          shape: [3],
          values: [0, 0.3126, 0.6252],
          attributes: { units: 'seconds since 2012-10-01' },
        },
        ...['lon_nadir', 'lat_nadir', 'x_al'].map((name) => ({
          name,
          type: 'float64' as const,
          dimensions: LINES,
          shape: [3],
          values: [1, 2, 3],
        })),
        { name: 'x_ac', type: 'float32', dimensions: ['nC'], shape: [2], values: [-10, 10] },
        {
          name: 'lon',
          type: 'float64',
          dimensions: CELLS,
          shape: [3, 2],
          values: [295, 296, 295.1, NaN, 295.2, 296.2],
          attributes: { units: 'degrees' },
        },
        {
          name: 'lat',
          type: 'float64',
          dimensions: CELLS,
          shape: [3, 2],
          values: [33, 33.1, 34, 34.1, 35, 35.1],
          attributes: { units: 'degrees' },
        },
        {
          name: 'ssh_obs',
          type: 'float64',
          dimensions: CELLS,
          shape: [3, 2],
          values: [0.11, 0.21, 0.31, 0.41, 0.51, 0.61],
          attributes: { units: 'm' },
        },
        {
          name: 'ssh_model',
          type: 'float64',
          dimensions: CELLS,
          shape: [3, 2],
          values: [0.1, 0.2, 9.969209968386869e36, 0.4, 25, 0.6],
          attributes: { units: 'm' },
        },
      ] satisfies MemoryVariable[]
    )
      .filter((variable) => change[variable.name] !== null)
      .map((variable) => ({ ...variable, ...change[variable.name] })),
  );

describe('decodeSwath', () => {
  it('reads the KaRIn file of the 2020a challenge', async () => {
    const swath = await decodeSwath(karin());
    expect(swath).toMatchObject({ lineCount: 3, cellCount: 2, variableName: 'ssh_model' });
    expect([...swath.acrossTrackKm!]).toEqual([-10, 10]);
    expect(swath.timeDays[1]).toBeCloseTo(22_919 + 0.3126 / 86_400, 12);
    const lines = await swath.readLines(0, 3);
    expect([...lines.sshM]).toEqual([0.1, 0.2, NaN, NaN, 25, 0.6]);
    expect([...lines.sshObservedM!]).toEqual([0.11, 0.21, NaN, NaN, 0.51, 0.61]);
    expect(lines.lonDeg[0]).toBe(-65);
    // A cell without a height, and one without a place, are missing in every array.
    expect([lines.latDeg[2], lines.lonDeg[2], lines.latDeg[3]]).toEqual([NaN, NaN, NaN]);
  });

  it('reads some lines', async () => {
    const lines = await (await decodeSwath(karin())).readLines(1, 2);
    expect([...lines.latDeg]).toEqual([NaN, NaN, 35, 35.1]);
    expect(lines).toMatchObject({ lineStart: 1, lineCount: 2 });
  });

  it('takes heights beyond a limit for missing where that is asked for', async () => {
    const lines = await (await decodeSwath(karin(), { missingAboveM: 10 })).readLines(2, 1);
    expect([...lines.sshM]).toEqual([NaN, 0.6]);
  });

  it('reads the noisy heights when they are asked for', async () => {
    const swath = await decodeSwath(karin(), { variable: 'ssh_obs' });
    const lines = await swath.readLines(0, 1);
    expect([...lines.sshM]).toEqual([0.11, 0.21]);
    expect(lines.sshObservedM).toBeNull();
  });

  it.each([
    ['lat', 'variable-not-found'],
    ['ssh_model', 'variable-not-found'],
    ['time', 'coordinate-not-found'],
  ])('says that %s is missing', async (name, code) => {
    const change = name === 'ssh_model' ? { ssh_model: null, ssh_obs: null } : { [name]: null };
    await expect(decodeSwath(karin(change))).rejects.toMatchObject({ tag: 'NetcdfError', code });
  });

  it('names the line whose time is missing', async () => {
    const broken = karin({ time: { values: [0, NaN, 1] } });
    await expect(decodeSwath(broken)).rejects.toThrow('missing for line 2 of 3');
  });

  it('refuses sizes that no swath has before it reserves memory', async () => {
    const huge = karin({
      ...Object.fromEntries(
        ['lon', 'lat', 'ssh_model', 'ssh_obs'].map((name) => [name, { shape: [3, 1e7] }]),
      ),
    });
    await expect(decodeSwath(huge)).rejects.toBeInstanceOf(NetcdfError);
  });
});
