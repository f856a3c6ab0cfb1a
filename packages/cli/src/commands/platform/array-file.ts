import { readFileSync } from 'node:fs';
import { NpyError, readNpy, type NpyArray } from '@sillage/fourdvarnet';
import { CommandError } from '../../command-error.js';

/** Patches in a numpy file: `[batch, time, lat, lon]`, or `[time, lat, lon]` for one. */
export type PatchArray = { values: Float32Array; shape: [number, number, number, number] };

/** @throws CommandError unless it is an `.npy` file of three or four axes. */
export function readPatchArray(path: string): PatchArray {
  const { shape, data } = readArray(path);
  const [batch, time, lat, lon] = shape.length === 3 ? [1, ...shape] : shape;
  if (
    shape.length < 3 ||
    shape.length > 4 ||
    batch === undefined ||
    time === undefined ||
    lat === undefined ||
    lon === undefined ||
    data.length === 0
  ) {
    throw new CommandError(
      `${path}: an array of shape [${shape.join(', ')}]; needed: patches [batch, days, latitudes, longitudes]`,
    );
  }
  return {
    values: data instanceof Float32Array ? data : Float32Array.from(data),
    shape: [batch, time, lat, lon],
  };
}

function readArray(path: string): NpyArray {
  const bytes = readFileSync(path);
  try {
    return readNpy(bytes);
  } catch (error) {
    if (!(error instanceof NpyError)) throw error;
    throw new CommandError(
      `${path}: ${error.message}. Write it with numpy.save(path, array.astype("float32")).`,
      {
        cause: error,
      },
    );
  }
}
