import { existsSync } from 'node:fs';
import { openAlongTrack, writeAlongTrack } from '@sillage/netcdf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KnownInput } from '../../observations/observation-inputs.js';
import { rejectionOf } from '../../testing/rejection-of.js';
import { temporaryFolder } from '../../testing/sample-files.js';
import { withoutSatellite } from './without-satellite.js';

const files = temporaryFolder();
afterAll(files.remove);

const COUNT = 12;
const both: KnownInput = { role: 'observations', path: files.path('both.nc'), variable: 'ssh_obs' };
const swot: KnownInput = { role: 'observations', path: files.path('swot.nc') };

beforeAll(async () => {
  const axis = Float64Array.from({ length: COUNT }, (_, index) => index);
  const track = {
    timeDays: axis.map((index) => 22_940 + index / 10),
    latDeg: axis.map((index) => 33 + index / 7),
    lonDeg: axis.map((index) => -65 + index / 7),
    sshM: axis.map((index) => 0.1 + index / 13),
  };
  const satelliteIndex = Uint8Array.from(axis, (index) => (index % 3 === 0 ? 1 : 0));
  const satellites = ['jason1', 'envisat'];
  await writeAlongTrack(both.path, {
    ...track,
    sshObservedM: track.sshM.map((ssh) => ssh + 0.03),
    satelliteIndex,
    satellites,
  });
  await writeAlongTrack(swot.path, { ...track, satelliteIndex: new Uint8Array(COUNT), satellites: ['swot'] });
});

const without = (inputs: KnownInput[], satellite: string) =>
  withoutSatellite(inputs, satellite, files.path('reduced'));

describe('observations without a satellite', () => {
  test('are those of the others, to the last digit, of the height that was asked for', async () => {
    const { inputs, remove } = await without([both, swot], 'envisat');
    expect(inputs[1]).toBe(swot);
    const [whole, reduced] = [await openAlongTrack(both.path), await openAlongTrack(inputs[0]!.path)];
    const kept = Array.from(whole.satelliteIndex.keys()).filter((row) => whole.satelliteIndex[row] === 0);
    expect(kept).toHaveLength(8);
    const pick = (values: Float64Array) => Float64Array.from(kept, (row) => values[row]!);
    expect(inputs[0]).not.toHaveProperty('variable');
    expect(reduced.sshM).toEqual(pick(whole.sshObservedM!)); // with its errors, as the scenario reads it
    expect(reduced.timeDays).toEqual(pick(whole.timeDays));
    expect(reduced.latDeg).toEqual(pick(whole.latDeg));
    expect(reduced.lonDeg).toEqual(pick(whole.lonDeg));
    remove();
    expect(existsSync(inputs[0]!.path)).toBe(false);
    expect(existsSync(both.path)).toBe(true);
  });

  test('lack the whole file of one that has a file of its own', async () => {
    const { inputs } = await without([both, swot], 'swot');
    expect(inputs).toEqual([both]);
  });

  test.each([
    {
      name: 'of another name',
      inputs: [both, swot],
      satellite: 'topex',
      found: 'observations of: envisat, jason1, swot',
    },
    { name: 'that is the only one', inputs: [swot], satellite: 'swot', found: 'observations of swot alone' },
    {
      name: 'in daily means',
      inputs: [{ role: 'gridded-observations' as const, path: files.path('gridded.nc') }],
      satellite: 'swot',
      found: 'daily means on a grid, which do not say which satellite measured what',
    },
  ])(
    'are refused for one $name: the same map again would pass for a result',
    async ({ inputs, satellite, found }) => {
      const reason = await rejectionOf(without(inputs, satellite));
      expect(reason).toMatchObject({ code: 'inputs-missing', found });
    },
  );
});
