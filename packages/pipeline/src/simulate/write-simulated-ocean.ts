import type { OceanDay, SimulatedAreaId, SimulatedAreas } from '@sillage/ocean';
import { daysSince1950, isoDay, type RegularGrid } from '@sillage/science';
import { writeGriddedField } from '@sillage/netcdf';
import type { ProgressListener } from '../files/progress.js';

export type WriteSimulatedOceanOptions = {
  area: SimulatedAreaId;
  /** Degrees, ascending, inside the area's box. */
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** UTC day, `YYYY-MM-DD`. */
  startDay: string;
  dayCount: number;
  /** Also write sea surface temperature, °C. */
  withSst: boolean;
  outputPath: string;
  /** Other oceans than those of the demo. */
  oceans?: SimulatedAreas;
  onProgress?: ProgressListener;
};

/** m: int16 then spans ±3.2 m; the rounding is 0.03 mm root mean square. The truth of the demo is packed like this, too. */
const SSH_PACKING = { scaleFactor: 1e-4, addOffset: 0 };
/** °C: int16 then spans −17…47 °C. */
const SST_PACKING = { scaleFactor: 1e-3, addOffset: 15 };
/** HDF5 writes the hour into every object; this one instead, so that the same options give the same bytes. */
const FILE_DATE_MS = Date.UTC(2026, 10, 23);

/**
 * Writes days of the synthetic ocean as one NetCDF file, day by day: `sossheig` (m) and, where asked for, `sst` (°C), NaN on
 * land. Memory does not grow with the number of days; the same options give the same bytes. The trajectory begins on
 * 2012-10-01, so a later start costs the time of the days before it.
 *
 * @throws GridOutsideAreaError if a node lies outside the area.
 * @throws RangeError if the start is not a day or lies before the trajectory.
 */
export async function writeSimulatedOcean(options: WriteSimulatedOceanOptions): Promise<void> {
  // The ocean model is loaded only by those who simulate.
  const { OCEANS, simulateAreaOf } = await import('@sillage/ocean');
  const { area: areaId, latDeg, lonDeg, dayCount, withSst, onProgress } = options;
  const startDays = daysSince1950(options.startDay);
  const oceans = options.oceans ?? OCEANS;
  const area = oceans[areaId];
  const days = simulateAreaOf(oceans, {
    area: areaId,
    latDeg,
    lonDeg,
    startDays,
    dayCount,
    withSst,
    onProgress: ({ stage, done, total }) =>
      onProgress?.(
        stage === 'spin-up' ? (0.5 * done) / total : 0.5 + (0.5 * done) / total,
        stage === 'spin-up'
          ? `spin-up, model day ${done} of ${total}`
          : `day ${done} of ${total} since 2012-10-01`,
      ),
  });
  const grid: RegularGrid = {
    timeDays: Float64Array.from({ length: dayCount }, (_, day) => startDays + day),
    latDeg,
    lonDeg,
  };
  let current: OceanDay | null = null;
  const dayAt = (index: number): OceanDay => {
    if (current?.timeDays === startDays + index) return current;
    const next = days.next();
    if (next.done === true) throw new Error(`the simulation ended before ${isoDay(startDays + index)}`);
    current = next.value;
    return current;
  };
  const clock = Date.now;
  Date.now = () => FILE_DATE_MS;
  try {
    await writeGriddedField(options.outputPath, {
      grid,
      variables: [
        {
          name: 'sossheig',
          type: 'int16',
          packing: SSH_PACKING,
          attributes: {
            units: 'm',
            standard_name: 'sea_surface_height_above_geoid',
            long_name: 'sea surface height of a synthetic ocean',
            cell_methods: 'time: point',
          },
          readDay: (index) => dayAt(index).sshM,
        },
        ...(withSst
          ? [
              {
                name: 'sst',
                type: 'int16' as const,
                packing: SST_PACKING,
                attributes: {
                  units: 'degree_Celsius',
                  standard_name: 'sea_surface_temperature',
                  long_name: 'sea surface temperature of a synthetic ocean',
                  cell_methods: 'time: point',
                },
                readDay: (index: number) => dayAt(index).sstC ?? missingTemperature(),
              },
            ]
          : []),
      ],
      attributes: {
        title: `Synthetic ocean: ${area.name}`,
        source: `a synthetic ocean: a seeded two-layer quasi-geostrophic simulation, not NATL60 and not the real sea; ocean '${area.ocean.id}', seed ${area.seed}`,
        history: `sillage simulate-ocean --area ${areaId} --start ${options.startDay} --days ${dayCount}${withSst ? ' --sst' : ''}`,
        license: 'CC-BY-4.0',
        comment:
          'Instants at 00:00 UTC. The calendar days are labels: nothing here happened. Trajectory from 2012-10-01.' +
          (areaId === 'natl'
            ? ' Coastline: Natural Earth 1:10m, public domain; the flow does not feel it.'
            : ''),
      },
    });
  } finally {
    Date.now = clock;
  }
}

function missingTemperature(): never {
  throw new Error('the simulation yielded no temperature');
}
