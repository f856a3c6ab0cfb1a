/** The field of the small sea: no command, no platform. The fault harness loads this file as it is. */
import { openGriddedField, writeGriddedField } from '@sillage/netcdf';

const DAY_COUNT = 24;
const LAT_COUNT = 40;
const LON_COUNT = 48;
/** 2012-10-22; every day of the file is scored. */
const FIRST_DAY = 22_940;
const SPACING_DEG = 0.2;

export const smallGrid = {
  timeDays: Float64Array.from({ length: DAY_COUNT }, (_, day) => FIRST_DAY + day),
  latDeg: Float64Array.from({ length: LAT_COUNT }, (_, row) => 33 + row * SPACING_DEG),
  lonDeg: Float64Array.from({ length: LON_COUNT }, (_, column) => -65 + column * SPACING_DEG),
};

/** Eddies of a few sizes that drift west, plus a front: enough structure for every score to have a value. */
export function smallSshM(day: number, row: number, column: number): number {
  const x = column * SPACING_DEG;
  const y = row * SPACING_DEG;
  let ssh = 0.3 * Math.tanh((y - 4 - 0.5 * Math.sin(x)) / 1.5);
  for (const [wavelengthDeg, amplitudeM, driftDegPerDay] of [
    [4.1, 0.15, 0.05],
    [2.3, 0.08, 0.08],
    [1.1, 0.03, 0.12],
    [0.6, 0.012, 0.2],
  ] as const) {
    const phase = ((x + driftDegPerDay * day) * 2 * Math.PI) / wavelengthDeg;
    ssh +=
      amplitudeM * Math.sin(phase + wavelengthDeg) * Math.cos((y * 2 * Math.PI) / wavelengthDeg + 0.3 * day);
  }
  return ssh;
}

export type Change = {
  valueM?: (valueM: number, index: number) => number;
  dayCount?: number;
  lonShiftDeg?: number;
  units?: string;
  /** Variables beside the height, to make the file large: 368 kB each. */
  extraVariableCount?: number;
};

/** The truth of the small challenge, or a reconstruction made from it by a change of values, days or place. */
export async function writeSmallField(path: string, change: Change = {}): Promise<void> {
  const dayCount = change.dayCount ?? DAY_COUNT;
  const grid = {
    timeDays: smallGrid.timeDays.slice(0, dayCount),
    latDeg: smallGrid.latDeg,
    lonDeg: smallGrid.lonDeg.map((lonDeg) => lonDeg + (change.lonShiftDeg ?? 0)),
  };
  const nodesPerDay = LAT_COUNT * LON_COUNT;
  const values = Float32Array.from({ length: dayCount * nodesPerDay }, (_, index) => {
    const day = Math.floor(index / nodesPerDay);
    const row = Math.floor((index % nodesPerDay) / LON_COUNT);
    const valueM = smallSshM(day, row, index % LON_COUNT);
    return change.valueM === undefined ? valueM : change.valueM(valueM, index);
  });
  const attributes = { units: change.units ?? 'm', standard_name: 'sea_surface_height_above_geoid' };
  await writeGriddedField(path, {
    grid,
    variables: [
      { name: 'ssh', type: 'float32', attributes, values },
      ...Array.from({ length: change.extraVariableCount ?? 0 }, (_, number) => ({
        name: `weight_${number}`,
        type: 'float64' as const,
        attributes: { units: '1', long_name: `weight of ensemble member ${number}` },
        values: Float64Array.from(values, (_value, index) => index / values.length),
      })),
    ],
    attributes: { title: 'Small synthetic sea', source: 'a formula', history: 'written by a test' },
  });
}

export const writeSmallTruth = (path: string) => writeSmallField(path);

/** A plausible reconstruction: the truth with a small, smooth error. `quality` 1 is perfect. */
export const writeSmallReconstruction = (path: string, quality = 0.9) =>
  writeSmallField(path, { valueM: (valueM, index) => valueM + (1 - quality) * 0.3 * Math.sin(index * 0.37) });

/** µ of a file against the small truth, straight from the definition: the slow way, for one number. */
export async function muOfSmallReconstruction(path: string): Promise<number> {
  const field = await openGriddedField(path);
  let errorSquares = 0;
  let referenceSquares = 0;
  for (let day = 0; day < field.grid.timeDays.length; day += 1) {
    const values = await field.readDays(day, 1);
    for (let node = 0; node < values.length; node += 1) {
      const reference = Math.fround(smallSshM(day, Math.floor(node / LON_COUNT), node % LON_COUNT));
      errorSquares += ((values[node] ?? Number.NaN) - reference) ** 2;
      referenceSquares += reference ** 2;
    }
  }
  field.close();
  return 1 - Math.sqrt(errorSquares / referenceSquares);
}
