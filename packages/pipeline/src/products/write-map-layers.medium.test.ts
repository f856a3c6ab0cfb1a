import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapManifestSchema, type MapLayer, type MapManifest } from '@sillage/contracts';
import { writeAlongTrack, writeGriddedField } from '@sillage/netcdf';
import { geostrophicVorticity, type RegularGrid } from '@sillage/science';
import { afterAll, describe, expect, test } from 'vitest';
import { frameRange, frameScale, packFrame } from './map-frames.js';
import { openObservedDays } from './observed-days.js';
import { evenly, FIRST_DAY, temporaryFolder } from '../testing/sample-files.js';
import { MapLayers } from './write-map-layers.js';

const files = temporaryFolder();
afterAll(() => files.remove());

function folderOf(name: string): string {
  const folder = files.path(name);
  mkdirSync(folder);
  return folder;
}

function read(folder: string): { manifest: MapManifest; frame: (name: string, day: number) => Float64Array } {
  const manifest = mapManifestSchema.parse(JSON.parse(readFileSync(join(folder, 'maps.json'), 'utf8')));
  const points = manifest.lonDeg.length * manifest.latDeg.length;
  return {
    manifest,
    frame: (name, day) => {
      const layer = layerOf(manifest, name);
      const bytes = readFileSync(join(folder, `${name}.i16`));
      expect(bytes.length).toBe(2 * points * layer.frameCount);
      return Float64Array.from({ length: points }, (_, point) => {
        const raw = bytes.readInt16LE(2 * (day * points + point));
        return raw === -32768 ? Number.NaN : raw * layer.scale + layer.offset;
      });
    },
  };
}

function layerOf(manifest: MapManifest, name: string): MapLayer {
  const layer = manifest.layers.find((candidate) => candidate.name === name);
  if (layer === undefined) throw new Error(`no layer ${name}`);
  return layer;
}

const rms = (values: Float64Array): number => {
  const known = values.filter((value) => !Number.isNaN(value));
  return Math.sqrt(known.reduce((sum, value) => sum + value * value, 0) / known.length);
};

/** Eddies of 80 to 200 km on a metre of slope, at the finest spacing that the challenges use: 1/60°. */
const fine: RegularGrid = {
  timeDays: evenly(FIRST_DAY, 2, 1),
  latDeg: evenly(35, 180, 1 / 60),
  lonDeg: evenly(-60, 200, 1 / 60),
};
const seaSurface = (day: number): Float32Array =>
  Float32Array.from({ length: 180 * 200 }, (_, point) => {
    const lat = fine.latDeg[Math.floor(point / 200)]!;
    const lon = fine.lonDeg[point % 200]! + 0.05 * day;
    return (
      0.3 * (lat - 36) + 0.15 * Math.sin(4 * lon) * Math.cos(3 * lat) + 0.03 * Math.sin(9 * lon + 7 * lat)
    );
  });

describe('the layers of a day', () => {
  test('hold a vorticity of the sea, not of the steps in which heights are packed', async () => {
    const outputFolder = folderOf('fine');
    const layers = new MapLayers({ grid: fine, outputFolder, observations: null });
    for (const day of [0, 1]) await layers.addDay({ reconstruction: seaSurface(day), reference: null });
    await layers.finish();
    layers.close();
    const { frame } = read(outputFolder);

    const exact = Float64Array.from(geostrophicVorticity(seaSurface(1), fine));
    const errorOf = (found: ArrayLike<number>) => rms(exact.map((value, point) => found[point]! - value));
    const stored = errorOf(frame('reconstruction-vorticity', 1));
    const heights = seaSurface(1);
    const { min, max } = frameRange(heights);
    const { scale, offset } = frameScale(min, max);
    const unpacked = Float64Array.from(packFrame(heights, { scale, offset }), (raw) => raw * scale + offset);
    const ofPackedHeights = errorOf(geostrophicVorticity(unpacked, fine));

    expect(rms(exact)).toBeGreaterThan(0.1);
    expect(stored).toBeLessThan(1e-4 * rms(exact));
    // Why the browser does not differentiate the heights that it has: a hundred times worse than the layer.
    expect(ofPackedHeights).toBeGreaterThan(100 * stored);
  });

  test('of a grid too large for a screen are means of blocks of what was computed on the grid', async () => {
    const grid: RegularGrid = {
      timeDays: evenly(FIRST_DAY, 1, 1),
      latDeg: evenly(40, 6, 0.05),
      lonDeg: evenly(-60, 481, 0.05),
    };
    const values = Float32Array.from(
      { length: 6 * 481 },
      (_, point) => 0.2 * Math.sin((point % 481) / 8) + 0.02 * Math.floor(point / 481),
    );
    const outputFolder = folderOf('blocks');
    const layers = new MapLayers({ grid, outputFolder, observations: null });
    await layers.addDay({ reconstruction: values, reference: values });
    await layers.finish();
    layers.close();
    const { manifest, frame } = read(outputFolder);
    expect(manifest).toMatchObject({ blockSize: 2, observedShare: null });
    expect([manifest.latDeg.length, manifest.lonDeg.length]).toEqual([3, 241]);
    const vorticity = geostrophicVorticity(values, grid);
    const at = (row: number, column: number) => vorticity[row * 481 + column]!;
    const expected = (at(2, 20) + at(2, 21) + at(3, 20) + at(3, 21)) / 4;
    const { scale } = layerOf(manifest, 'reconstruction-vorticity');
    expect(Math.abs(frame('reconstruction-vorticity', 0)[241 + 10]! - expected)).toBeLessThan(scale);
    expect(layerOf(manifest, 'rmse')).toMatchObject({ min: 0, max: 0, rms: 0, frameCount: 1 });
  });

  test('are those that numpy finds at a point', async ({ skip }) => {
    const probe = spawnSync('/usr/bin/python3', ['-c', 'import xarray, netCDF4'], { encoding: 'utf8' });
    if (probe.status !== 0) skip('xarray is not installed for /usr/bin/python3');
    const path = files.path('fine.nc');
    await writeGriddedField(path, {
      grid: fine,
      variables: [{ name: 'ssh', type: 'float32', attributes: { units: 'm' }, readDay: seaSurface }],
    });
    const program = `
import sys, json, numpy as np, xarray as xr
h = xr.open_dataset(sys.argv[1]).ssh.astype("f8").isel(time=1)
R, g, omega = 6371000.0, 9.81, 7.292115e-5
lat, lon = np.deg2rad(h.lat.values), np.deg2rad(h.lon.values)
f = 2 * omega * np.sin(lat[1:-1])[:, None]
cosine, middle = np.cos(lat[1:-1])[:, None], (lat[1:] + lat[:-1]) / 2
slope = np.diff(h.values, axis=1)[1:-1] / np.diff(lon)[None, :]
zonal = np.diff(slope, axis=1) / ((lon[2:] - lon[:-2]) / 2)[None, :] / cosine**2
flux = np.cos(middle)[:, None] * np.diff(h.values, axis=0)[:, 1:-1] / np.diff(lat)[:, None]
meridional = np.diff(flux, axis=0) / ((lat[2:] - lat[:-2]) / 2)[:, None] / cosine
zeta = g / f**2 * (zonal + meridional) / R**2
north, east = np.gradient(h.values, lat * R, axis=0), np.gradient(h.values, lon, axis=1) / (R * np.cos(lat))[:, None]
print(json.dumps([zeta[89, 99], np.hypot(north, east)[90, 100]]))`;
    const run = spawnSync('/usr/bin/python3', ['-c', program, path], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    const [vorticity, gradient] = JSON.parse(run.stdout) as [number, number];
    const { manifest, frame } = read(files.path('fine'));
    const step = (name: string) => layerOf(manifest, name).scale;
    const point = 90 * 200 + 100;
    expect(Math.abs(vorticity)).toBeGreaterThan(0.01);
    expect(Math.abs(frame('reconstruction-vorticity', 1)[point]! - vorticity)).toBeLessThan(
      step('reconstruction-vorticity'),
    );
    expect(Math.abs(frame('reconstruction-gradient', 1)[point]! - gradient)).toBeLessThan(
      step('reconstruction-gradient'),
    );
  });
});

describe('observations', () => {
  const grid: RegularGrid = {
    timeDays: evenly(FIRST_DAY, 3, 1),
    latDeg: evenly(35, 4, 0.25),
    lonDeg: evenly(-60, 5, 0.25),
  };

  test('are drawn on the node and the day that they are nearest to, and counted over the sea', async () => {
    const path = files.path('track.nc');
    await writeAlongTrack(path, {
      timeDays: Float64Array.of(FIRST_DAY + 0.2, FIRST_DAY + 0.3, FIRST_DAY + 1.9),
      latDeg: Float64Array.of(35.1, 35.02, 35.5),
      lonDeg: Float64Array.of(-59.98, -60.05, -59.0),
      sshM: Float64Array.of(0.2, 0.4, 0.7),
    });
    const observations = await openObservedDays([{ path, role: 'observations', variable: null }], grid);
    const outputFolder = folderOf('observed');
    const layers = new MapLayers({ grid, outputFolder, observations });
    const sea = new Float32Array(20).fill(0.1);
    sea.fill(NaN, 10); // half of the area is land
    for (let day = 0; day < 3; day++) await layers.addDay({ reconstruction: sea, reference: sea });
    await layers.finish();
    layers.close();
    observations?.close();
    const { manifest, frame } = read(outputFolder);
    expect(manifest.observedShare).toEqual([0.1, 0, 0]); // the third point lies on land
    const first = frame('observations', 0);
    expect(first[0]).toBeCloseTo(0.3, 4);
    expect(first.filter((value) => !Number.isNaN(value))).toHaveLength(1);
    expect(frame('observations', 1)[2 * 5 + 4]).toBeCloseTo(0.7, 4);
    expect(frame('observations', 2).every(Number.isNaN)).toBe(true);
  });

  test('that cannot be read leave the maps without them', async () => {
    expect(await openObservedDays([], grid)).toBeNull();
    const path = files.path('elsewhere.nc');
    await writeAlongTrack(path, {
      timeDays: Float64Array.of(FIRST_DAY, FIRST_DAY + 0.1),
      latDeg: Float64Array.of(10, 10.1),
      lonDeg: Float64Array.of(5, 5.1),
      sshM: Float64Array.of(0, 0),
    });
    expect(await openObservedDays([{ path, role: 'observations', variable: null }], grid)).toBeNull();
  });
});
