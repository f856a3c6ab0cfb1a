import { writeGriddedField } from '@sillage/netcdf';

export const FIRST_DAY = 22940; // 2012-10-22

export type SampleMap = {
  path: string;
  name?: string;
  errorM?: number;
  dayCount?: number;
  nodeCount?: number;
  /** Default: `nodeCount`. */
  lonCount?: number;
  /** Degrees. */
  spacing?: number;
  units?: string;
  /** Index of a node that is missing on the first day. */
  hole?: number;
  south?: number;
};

/** Travelling waves on a box at 65°W 33°N, with an error of a known size on top. */
export async function writeSampleMap(options: SampleMap): Promise<void> {
  const {
    dayCount = 20,
    nodeCount = 40,
    lonCount = nodeCount,
    spacing = 0.25,
    errorM = 0,
    south = 33,
  } = options;
  const values = new Float32Array(dayCount * nodeCount * lonCount);
  let index = 0;
  for (let day = 0; day < dayCount; day += 1) {
    for (let lat = 0; lat < nodeCount; lat += 1) {
      for (let lon = 0; lon < lonCount; lon += 1) {
        const wave = 0.3 * Math.sin(lon / 5 - day / 4 + lat / 7) + 0.1 * Math.sin(lon / 2 + day / 3);
        values[index] = 0.5 + wave + errorM * Math.sin(1.9 * lon + 1.3 * day + lat);
        index += 1;
      }
    }
  }
  if (options.hole !== undefined) values[options.hole] = NaN;
  await writeGriddedField(options.path, {
    grid: {
      timeDays: Float64Array.from({ length: dayCount }, (_, day) => FIRST_DAY + day),
      latDeg: Float64Array.from({ length: nodeCount }, (_, row) => south + row * spacing),
      lonDeg: Float64Array.from({ length: lonCount }, (_, column) => -65 + column * spacing),
    },
    variables: [
      { name: options.name ?? 'gssh', type: 'float32', values, attributes: { units: options.units ?? 'm' } },
    ],
  });
}

/** A map that a platform takes for gf: every day of 2020a's evaluation period, 10° and a node. 42 days of 42 × 42 nodes: 0.3 MB. */
export function writeGulfMap(path: string, options: Omit<SampleMap, 'path'> = {}): Promise<void> {
  return writeSampleMap({ path, dayCount: 42, nodeCount: 42, ...options });
}
