import { basename } from 'node:path';
import type { Area, Period } from '@sillage/contracts';
import {
  createGriddedObservationsWriter,
  openGriddedObservations,
  type GriddedObservationsBlock,
} from '@sillage/netcdf';
import { cutValues } from '@sillage/checking';
import { compareWithTruth, samplePoints } from './compare-with-truth.js';
import {
  areaCrop,
  dailyMaps,
  openMaps,
  ORGANISER_LIMITS,
  sentinelQuirk,
  type DailyMaps,
} from './daily-maps.js';
import { ImportError } from '../import-error.js';
import type { Quirk } from '../import-report.js';
import { fileAttributes, tell, type Provenance } from './map-steps.js';
import type { ImportStep } from '../run-import.js';
import { accumulateStatistics } from '../../files/value-statistics.js';

const VARIABLES = [
  { name: 'ssh_mod', unit: 'm' },
  { name: 'ssh_obs', unit: 'm' },
  { name: 'lag', unit: 'days' },
  { name: 'flag', unit: '1' },
] as const;
type Name = (typeof VARIABLES)[number]['name'];

/** Daily pseudo-observations of an area, in the layout of 4DVarNet's files. */
export function griddedObservationsStep(options: {
  area: Area;
  scenario: string;
  path: string;
  assumedTimeUnits: string;
  period: Period;
  stepsPerDeg: number;
  truth: { step: string; name: string; tolerance: number };
  provenance: Provenance;
  estimatedBytes: number;
}): ImportStep {
  const { area, scenario, path } = options;
  const file = basename(path);
  return {
    path: `gridded-${area.id}-${scenario}.nc`,
    files: [
      {
        role: 'gridded-observations',
        area: area.id,
        scenario,
        variable: 'ssh_mod',
        description: `Daily pseudo-observations on the nodes of the truth: ssh_mod without error, ssh_obs with, lag, flag; cut from ${file}.`,
      },
    ],
    inputPaths: [path],
    estimatedBytes: options.estimatedBytes,
    write: async (target, context) => {
      const opened = await Promise.all(
        VARIABLES.map(({ name, unit }) =>
          openMaps(path, name, unit === 'm' ? 'height' : 'other', options.assumedTimeUnits),
        ),
      );
      const quirks: Quirk[] = [];
      try {
        const maps = Object.fromEntries(
          VARIABLES.map(({ name, unit }, index) => [
            name,
            dailyMaps(opened[index]!, {
              box: area.scoredBox,
              period: options.period,
              stepsPerDeg: options.stepsPerDeg,
              isHeight: unit === 'm',
            }),
          ]),
        ) as Record<Name, DailyMaps>;
        const { grid } = maps.ssh_mod;
        const statistics = VARIABLES.map(({ name, unit }) => accumulateStatistics(name, unit));
        const points = samplePoints();
        let fractional = 0;
        let observed = 0;
        const look = (day: GriddedObservationsBlock, timeDays: number): void => {
          for (const value of day.flag) {
            if (Number.isNaN(value)) continue;
            observed++;
            if (value > 0 && value < 1) fractional++;
          }
          const width = grid.lonDeg.length;
          day.sshM.forEach((height, cell) => {
            if (Number.isNaN(height)) return;
            const lag = day.lagDays[cell]!;
            const time = timeDays + (Number.isNaN(lag) ? 0.5 : lag);
            points.add(time, grid.latDeg[Math.floor(cell / width)]!, grid.lonDeg[cell % width]!, height);
          });
        };
        const mask = await maskOf(path, options, file, quirks);
        const writer = await createGriddedObservationsWriter(target, {
          grid,
          mask,
          storage: 'float32',
          attributes: fileAttributes(
            options.provenance,
            `Pseudo-observations of ${area.name}, ${scenario}`,
            `mask, lag, flag, ssh_obs and ssh_mod of ${file}`,
          ),
        });
        const dayCount = grid.timeDays.length;
        try {
          for (let index = 0; index < dayCount; index++) {
            context.onProgress(index / dayCount, `day ${index + 1} of ${dayCount}`);
            const day: GriddedObservationsBlock = {
              sshM: await maps.ssh_mod.readDay(index),
              sshObservedM: await maps.ssh_obs.readDay(index),
              lagDays: await maps.lag.readDay(index),
              flag: await maps.flag.readDay(index),
            };
            [day.sshM, day.sshObservedM, day.lagDays, day.flag].forEach((values, at) =>
              statistics[at]!.add(values),
            );
            look(day, grid.timeDays[index]!);
            writer.append(day);
          }
          await writer.finish();
        } catch (error) {
          throw writer.discard(error);
        }
        const figures = statistics.map((entry) => entry.result());
        if (figures[0]!.count === 0) {
          throw new ImportError({
            code: 'no-observations',
            where: `${file}, variable 'ssh_mod'`,
            found: `no value in ${area.name} from ${options.period.start} to ${options.period.end}`,
            expected: 'observations',
            fix: 'Check that the file is complete.',
          });
        }
        const truthMatch = await compareWithTruth({
          truthPath: context.finishedPath(options.truth.step),
          truthName: options.truth.name,
          points: points.points(),
          placements: [
            { how: 'at the node, day plus lag', shiftDeg: 0 },
            { how: 'half a cell south-west of the node, day plus lag', shiftDeg: 0.5 / options.stepsPerDeg },
          ],
          tolerance: options.truth.tolerance,
          subject: `${file} on ${area.name}`,
        });
        if (truthMatch === null)
          context.warn(
            `${basename(target)}: too few points in the scored days to compare them with the truth`,
          );
        tell(
          context,
          opened[0]!.quirks,
          quirks,
          sentinelQuirk(file, maps.ssh_mod.sentinels()),
          sentinelQuirk(file, maps.ssh_obs.sentinels()),
          fractional > 0
            ? [
                {
                  file,
                  found: `the flag is neither 0 nor 1 in ${fractional} of ${observed} observed cells`,
                  handled: 'kept: the share of SWOT points among those that the cell averages',
                },
              ]
            : [],
          [
            {
              file,
              found: 'points went to the first node at or beyond them in longitude and latitude',
              handled:
                'kept as they are; compared with the truth half a cell south-west of the node too, where their mean lies',
            },
          ],
        );
        return { statistics: figures, truthMatch };
      } finally {
        for (const { field } of opened) field.close();
      }
    },
  };
}

/** The land of an area; a file without a mask is taken as ocean. */
async function maskOf(
  path: string,
  { area, stepsPerDeg }: { area: Area; stepsPerDeg: number },
  file: string,
  quirks: Quirk[],
): Promise<Uint8Array> {
  const observations = await openGriddedObservations(path, { limits: ORGANISER_LIMITS });
  try {
    const { grid, mask } = observations;
    const crop = areaCrop(grid, area.scoredBox, stepsPerDeg);
    if (mask === null) {
      quirks.push({ file, found: 'there is no mask', handled: 'taken as ocean everywhere' });
      return new Uint8Array(crop.lat.count * crop.lon.count).fill(1);
    }
    const shape = { latTotal: grid.latDeg.length, lonTotal: grid.lonDeg.length };
    return Uint8Array.from(cutValues(Float32Array.from(mask), shape, crop.lat, crop.lon));
  } finally {
    observations.close();
  }
}
