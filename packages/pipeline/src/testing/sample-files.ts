import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskExtent } from '@sillage/contracts';
import { writeGriddedField, type GriddedStorage, type NetcdfAttributes } from '@sillage/netcdf';
import { daysSince1950, type RegularGrid } from '@sillage/science';

/** A small ocean off the Gulf Stream: 16 scored days, nodes every quarter degree, some cells around the scored box. */
export const FIRST_DAY = daysSince1950('2012-10-22');
export const TASK: TaskExtent = {
  area: 'gf',
  scenario: 'nadir4',
  scoredBox: { west: -60, east: -56, south: 34, north: 37 },
  period: { start: '2012-10-22', end: '2012-11-06' },
};

export function evenly(first: number, count: number, step: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => first + index * step);
}

export function sampleGrid(changes: Partial<RegularGrid> = {}): RegularGrid {
  return {
    timeDays: evenly(FIRST_DAY - 1, 18, 1),
    latDeg: evenly(33.5, 17, 0.25),
    lonDeg: evenly(-60.5, 21, 0.25),
    ...changes,
  };
}

/** Height of the sample ocean, metres: an eddy that drifts west under smaller waves. */
export function sampleHeight(timeDays: number, latDeg: number, lonDeg: number): number {
  const days = timeDays - FIRST_DAY;
  const eddy = 0.4 * Math.exp(-((lonDeg + 57 + 0.05 * days) ** 2) - (latDeg - 35.5) ** 2);
  return 0.3 + eddy + 0.08 * Math.sin(2.1 * lonDeg + 0.4 * days) * Math.cos(1.7 * latDeg);
}

export type SampleFile = {
  grid?: RegularGrid;
  name?: string;
  type?: 'float32' | 'float64' | 'int16';
  attributes?: NetcdfAttributes;
  storage?: GriddedStorage;
  height?: (timeDays: number, latDeg: number, lonDeg: number) => number;
};

export async function writeSample(path: string, sample: SampleFile = {}): Promise<string> {
  const grid = sample.grid ?? sampleGrid();
  const type = sample.type ?? 'float32';
  const height = sample.height ?? sampleHeight;
  await writeGriddedField(path, {
    grid,
    variables: [
      {
        name: sample.name ?? 'ssh',
        type,
        attributes: sample.attributes ?? { units: 'm' },
        ...(type === 'int16' ? { packing: { scaleFactor: 1e-4, addOffset: 0 } } : {}),
        readDay: (index) => sampleMap(grid, index, height, type === 'float64'),
      },
    ],
    ...(sample.storage ? { storage: sample.storage } : {}),
  });
  return path;
}

export function sampleMap(
  grid: RegularGrid,
  timeIndex: number,
  height: (timeDays: number, latDeg: number, lonDeg: number) => number = sampleHeight,
  isFloat64 = false,
): Float32Array | Float64Array {
  const values = Float64Array.from({ length: grid.latDeg.length * grid.lonDeg.length }, (_, point) =>
    height(
      grid.timeDays[timeIndex]!,
      grid.latDeg[Math.floor(point / grid.lonDeg.length)]!,
      grid.lonDeg[point % grid.lonDeg.length]!,
    ),
  );
  return isFloat64 ? values : Float32Array.from(values);
}

/** A folder of its own for a test file, and what removes it. */
export function temporaryFolder(): { path: (name: string) => string; folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'sillage-pipeline-'));
  return {
    folder,
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
