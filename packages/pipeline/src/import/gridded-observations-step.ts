import type { Area, Period } from '@sillage/contracts';
import { writeGriddedField } from '@sillage/netcdf';
import type { FieldValues } from '@sillage/science';
import { compareWithTruth, samplePoints } from './compare-with-truth.js';
import { dailyMaps, openMaps, sentinelQuirk, type DailyMaps } from './daily-maps.js';
import { ImportError } from './import-error.js';
import { fileAttributes, nameOf, tell, type Provenance } from './map-steps.js';
import type { ImportStep } from './run-import.js';
import { accumulateStatistics } from './value-statistics.js';

const VARIABLES = [
  { name: 'ssh_mod', unit: 'm', longName: 'sea surface height without error, mean over the cell' },
  { name: 'ssh_obs', unit: 'm', longName: 'sea surface height with instrument errors, mean over the cell' },
  { name: 'lag', unit: 'days', longName: 'days from 00:00 of the date to the observation, to 0.1' },
  { name: 'flag', unit: '1', longName: '0 nadir, 1 SWOT; between them where the cell has both' },
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
  const file = nameOf(path);
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
        const look = async (name: Name, index: number, day: FieldValues): Promise<void> => {
          if (name === 'flag') {
            for (const value of day) {
              if (Number.isNaN(value)) continue;
              observed++;
              if (value > 0 && value < 1) fractional++;
            }
          }
          if (name !== 'ssh_mod') return;
          const lag = await maps.lag.readDay(index);
          const width = grid.lonDeg.length;
          day.forEach((height, cell) => {
            if (Number.isNaN(height)) return;
            const time = grid.timeDays[index]! + (Number.isNaN(lag[cell]!) ? 0.5 : lag[cell]!);
            points.add(time, grid.latDeg[Math.floor(cell / width)]!, grid.lonDeg[cell % width]!, height);
          });
        };
        const total = VARIABLES.length * grid.timeDays.length;
        let done = 0;
        await writeGriddedField(target, {
          grid,
          variables: VARIABLES.map(({ name, unit, longName }, index) => ({
            name,
            type: 'float32',
            attributes: {
              units: unit,
              long_name: longName,
              ...(unit === 'm' ? { standard_name: 'sea_surface_height_above_geoid' } : {}),
            },
            readDay: async (dayIndex: number) => {
              const day = await maps[name].readDay(dayIndex);
              statistics[index]!.add(day);
              await look(name, dayIndex, day);
              context.onProgress(done++ / total, `${name}, day ${dayIndex + 1} of ${grid.timeDays.length}`);
              return day;
            },
          })),
          attributes: fileAttributes(
            options.provenance,
            `Pseudo-observations of ${area.name}, ${scenario}`,
            `ssh_mod, ssh_obs, lag and flag of ${file}`,
          ),
          storage: { kind: 'deflate', level: 4 },
        });
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
          context.warn(`${nameOf(target)}: too few points in the scored days to compare them with the truth`);
        tell(
          context,
          opened[0]!.quirks,
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
