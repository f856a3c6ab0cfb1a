import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAlongTrack } from './open-along-track.js';
import { classicFileBytes, type ClassicContent } from '../testing/classic-writer.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-track-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The layout of the 2020a challenge's nadir files: lon 0–360, a dimension `cycle` of length 1. */
const jason1: ClassicContent = {
  version: 2,
  dimensions: [
    { name: 'time', size: null },
    { name: 'cycle', size: 1 },
  ],
  variables: [
    {
      name: 'time',
      type: 'float64',
      dimensions: [0],
      values: [12_037, 12_038.07],
      attributes: { units: 'seconds since 2012-10-01' },
    },
    { name: 'lon', type: 'float64', dimensions: [0], values: [295.5, 300], attributes: { units: 'degrees' } },
    { name: 'lat', type: 'float64', dimensions: [0], values: [33.5, 33.6], attributes: { units: 'degrees' } },
    { name: 'ncycle', type: 'float64', dimensions: [0], values: [1, 1] },
    { name: 'x_al', type: 'float32', dimensions: [0], values: [0, 7.5], attributes: { units: 'km' } },
    { name: 'model_index', type: 'float32', dimensions: [0], values: [0, 0] },
    {
      name: 'ssh_model',
      type: 'float64',
      dimensions: [0],
      values: [0.25, 9.969209968386869e36],
      attributes: { units: 'm' },
    },
    { name: 'nadir_err', type: 'float64', dimensions: [0], values: [0.01, 0], attributes: { units: 'm' } },
    { name: 'ssh_obs', type: 'float64', dimensions: [0], values: [0.26, 0.5], attributes: { units: 'm' } },
  ],
  recordCount: 2,
};

const save = (name: string, content: ClassicContent): string => {
  const path = join(folder, name);
  writeFileSync(path, classicFileBytes(content));
  return path;
};
const without = (name: string): ClassicContent => ({
  ...jason1,
  variables: jason1.variables.filter((variable) => variable.name !== name),
});

describe('openAlongTrack', () => {
  it('reads a nadir file of the 2020a challenge', async () => {
    const track = await openAlongTrack(save('jason1.nc', jason1));
    expect(Array.from(track.lonDeg)).toEqual([-64.5, -60]);
    expect(track.timeDays[0]).toBeCloseTo(22_919 + 12_037 / 86_400, 10);
    expect(Array.from(track.sshM)).toEqual([0.25, NaN]);
    expect(Array.from(track.sshObservedM!)).toEqual([0.26, 0.5]);
    expect(Array.from(track.cycle!)).toEqual([1, 1]);
    expect(Array.from(track.alongTrackKm!)).toEqual([0, 7.5]);
    expect(track.satellites).toEqual(['unknown']);
  });

  it('reads the noisy heights when they are asked for', async () => {
    const track = await openAlongTrack(save('jason1.nc', jason1), { variable: 'ssh_obs' });
    expect(Array.from(track.sshM)).toEqual([0.26, 0.5]);
  });

  it.each([
    ['lat', 'coordinate-not-found'],
    ['time', 'coordinate-not-found'],
    ['ssh_model', 'variable-not-found'],
  ])('says that %s is missing', async (name, code) => {
    await expect(openAlongTrack(save(`no-${name}.nc`, without(name)))).rejects.toMatchObject({
      tag: 'NetcdfError',
      code,
    });
  });
});
