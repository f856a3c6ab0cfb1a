import { basename } from 'node:path';
import { findVariable, openNetcdf, wrapLongitude, type NetcdfFile } from '@sillage/netcdf';
import type { RegularGrid } from '@sillage/science';
import { RejectionError, rejectionFromError } from '@sillage/checking';

const MASK_NAME = 'mask';

/**
 * The nodes of a grid that lie on the land of a mask file, 1 land, shape [lat, lon]. Each takes the value of the nearest
 * node of the mask; beyond the mask's edge by more than one of its steps nothing counts as land.
 *
 * @throws RejectionError unless the file holds `mask` along two dimensions with coordinates, 1 ocean and 0 land.
 */
export async function landNodes(
  path: string,
  grid: Pick<RegularGrid, 'latDeg' | 'lonDeg'>,
): Promise<Uint8Array> {
  const subject = basename(path);
  try {
    const file = await openNetcdf(path);
    try {
      const mask = await readMask(file, subject);
      const rows = nearestNodes(mask.latDeg, grid.latDeg);
      const columns = nearestNodes(mask.lonDeg, grid.lonDeg);
      const land = new Uint8Array(rows.length * columns.length);
      rows.forEach((row, y) => {
        columns.forEach((column, x) => {
          if (row < 0 || column < 0) return;
          land[y * columns.length + x] = mask.isOcean[row * mask.lonDeg.length + column] === 1 ? 0 : 1;
        });
      });
      return land;
    } finally {
      file.close();
    }
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
}

type Mask = { latDeg: Float64Array; lonDeg: Float64Array; isOcean: Uint8Array };

async function readMask(file: NetcdfFile, subject: string): Promise<Mask> {
  const mask = findVariable(file, MASK_NAME);
  const [latName, lonName] = mask?.dimensions ?? [];
  const lat = latName === undefined ? undefined : findVariable(file, latName);
  const lon = lonName === undefined ? undefined : findVariable(file, lonName);
  if (!mask || mask.dimensions.length !== 2 || !lat || !lon || !/^lat/i.test(lat.name)) {
    throw new RejectionError({
      code: 'variable-not-found',
      where: subject,
      found: `the variables ${file.variables.map(({ name }) => name).join(', ') || '(none)'}`,
      expected: `'${MASK_NAME}' along lat and lon, 1 ocean and 0 land, with both coordinates`,
      fix: 'Give a mask file, or map without one.',
    });
  }
  const [latCount, lonCount] = mask.shape as [number, number];
  const numbers = async (name: string, shape: readonly number[]): Promise<Float64Array> =>
    Float64Array.from(
      await file.readSlab(
        name,
        shape.map(() => 0),
        shape,
      ),
      Number,
    );
  const values = await numbers(mask.name, mask.shape);
  return {
    latDeg: await numbers(lat.name, [latCount]),
    lonDeg: (await numbers(lon.name, [lonCount])).map(wrapLongitude),
    isOcean: Uint8Array.from(values, (value) => (value > 0.5 ? 1 : 0)),
  };
}

/** For each coordinate the index of the nearest node of an axis in any order; −1 if it lies beyond the axis' ends. */
function nearestNodes(axis: Float64Array, coordinates: Float64Array): Int32Array {
  const order = Array.from(axis.keys()).sort((a, b) => axis[a]! - axis[b]!);
  const sorted = Float64Array.from(order, (index) => axis[index]!);
  const step = sorted.length < 2 ? 0 : (sorted.at(-1)! - sorted[0]!) / (sorted.length - 1);
  return Int32Array.from(coordinates, (value) => {
    if (!(value >= sorted[0]! - step && value <= sorted.at(-1)! + step)) return -1;
    let low = 0;
    let high = sorted.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! <= value) low = middle;
      else high = middle;
    }
    return order[value - sorted[low]! <= sorted[high]! - value ? low : high]!;
  });
}
