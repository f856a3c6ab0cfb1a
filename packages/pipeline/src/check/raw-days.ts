import { readSync } from 'node:fs';
import type { RegularGrid } from '@sillage/science';
import type { DaySource } from '@sillage/checking';

/** Maps of a field that was decoded into a raw file. */
export function rawDays(descriptor: number, grid: RegularGrid, valueType: 'float32' | 'float64'): DaySource {
  const mapLength = grid.latDeg.length * grid.lonDeg.length;
  return {
    grid,
    readDay: async (timeIndex) => {
      const values = valueType === 'float64' ? new Float64Array(mapLength) : new Float32Array(mapLength);
      const bytes = new Uint8Array(values.buffer);
      const read = readSync(descriptor, bytes, 0, bytes.length, timeIndex * bytes.length);
      if (read !== bytes.length) throw new Error(`map ${timeIndex} of the spilled field is incomplete`);
      return values;
    },
  };
}
