import { basename } from 'node:path';
import type { Area, Box, DatasetFile, Period } from '@sillage/contracts';
import { writeGriddedField, type NetcdfAttributes } from '@sillage/netcdf';
import { historyLine } from '../../files/provenance.js';
import { dailyMaps, openMaps, requireScorable, sentinelQuirk, type DailyMaps } from './daily-maps.js';
import { ImportError } from '../import-error.js';
import type { Quirk } from '../import-report.js';
import { reachingEdges } from './reaching-edges.js';
import type { ImportStep, StepContext, StepResult } from '../run-import.js';
import { accumulateStatistics } from '../../files/value-statistics.js';

/** What every file of an import says of itself. */
export type Provenance = { now: Date; licence: string; citation: string };

export function fileAttributes(provenance: Provenance, title: string, source: string): NetcdfAttributes {
  return {
    title,
    source,
    history: historyLine(provenance.now, 'sillage challenge import-natl60'),
    license: provenance.licence,
    references: provenance.citation,
  };
}

/** A variable of a file of maps, and what is taken of it. */
type MapSource = {
  area: Area;
  path: string;
  variable: string;
  assumedTimeUnits: string;
  period: Period;
  /** Nodes per degree of the nominal grid; null where the coordinates are kept as stored. */
  stepsPerDeg: number | null;
  provenance: Provenance;
  estimatedBytes: number;
};

/** Heights are kept as float32, uncompressed: nothing is rounded beyond the source, and the evaluator reads them where they lie. */
export function truthStep(options: MapSource): ImportStep {
  const { area, path } = options;
  const file = basename(path);
  return {
    path: `truth-${area.id}.nc`,
    files: [
      {
        role: 'truth',
        area: area.id,
        variable: 'ssh',
        description: `Daily mean sea surface height, m, stamped 00:00 of its day; '${options.variable}' of ${file}.`,
      },
    ],
    inputPaths: [path],
    estimatedBytes: options.estimatedBytes,
    write: (target, context) =>
      copyHeights(target, context, options, {
        name: 'ssh',
        longName: 'daily mean sea surface height of NATL60-CJM165',
        title: `Truth of ${area.name}`,
        isTruth: true,
      }),
  };
}

/** Sea surface temperature in °C, packed by thousandths of a degree: far below what any product resolves. */
export function temperatureStep(options: MapSource): ImportStep {
  const { area, path } = options;
  const file = basename(path);
  return {
    path: `sst-${area.id}.nc`,
    files: [
      {
        role: 'sst',
        area: area.id,
        variable: 'sst',
        description: `Daily mean sea surface temperature, °C, stamped 00:00 of its day; '${options.variable}' of ${file}.`,
      },
    ],
    inputPaths: [path],
    estimatedBytes: options.estimatedBytes,
    write: async (target, context) => {
      const opened = await openMaps(path, options.variable, 'other', options.assumedTimeUnits);
      try {
        const maps = dailyMaps(opened, {
          box: area.scoredBox,
          period: options.period,
          stepsPerDeg: options.stepsPerDeg,
          isHeight: false,
          marginDeg: 1,
        });
        const offset = await kelvinOffset(maps, opened.field.sourceUnits, file, opened.quirks);
        const statistics = accumulateStatistics('sst', '°C');
        await writeGriddedField(target, {
          grid: maps.grid,
          variables: [
            {
              name: 'sst',
              type: 'int16',
              packing: { scaleFactor: 1e-3, addOffset: 15 },
              attributes: {
                units: 'degree_Celsius',
                standard_name: 'sea_surface_temperature',
                long_name: 'daily mean sea surface temperature of NATL60-CJM165',
                cell_methods: 'time: mean',
              },
              readDay: async (index) => {
                const day = (await maps.readDay(index)).map((value) => value - offset);
                requireTemperatures(day, file);
                statistics.add(day);
                context.onProgress(
                  index / maps.grid.timeDays.length,
                  `day ${index + 1} of ${maps.grid.timeDays.length}`,
                );
                return day;
              },
            },
          ],
          attributes: fileAttributes(
            options.provenance,
            `Sea surface temperature of ${area.name}`,
            `variable '${options.variable}' of ${file}`,
          ),
          storage: { kind: 'deflate', level: 4 },
        });
        tell(context, opened.quirks, []);
        return { statistics: [statistics.result()] };
      } finally {
        opened.field.close();
      }
    },
  };
}

/** A map that others made: a reference row of a board. Days beyond the period serve its interpolation to the truth's times. */
export function mapStep(
  options: MapSource &
    MapReach & { target: string; files: Omit<DatasetFile, 'path' | 'sha256'>[]; method: string },
): ImportStep {
  return {
    path: options.target,
    files: options.files,
    inputPaths: [options.path],
    estimatedBytes: options.estimatedBytes,
    write: (target, context) =>
      copyHeights(target, context, options, {
        name: 'gssh',
        longName: `sea surface height mapped by ${options.method}`,
        title: `${options.method}, ${options.area.name}`,
        isTruth: false,
      }),
  };
}

/** How far maps are taken beyond box and period. */
type MapReach = {
  marginDeg: number;
  keepsStamps: boolean;
  /** What the nodes of the truth span: a map that ends less than one of its steps inside is continued to it. */
  truthExtent?: Box;
};

async function copyHeights(
  target: string,
  context: StepContext,
  source: MapSource & Partial<MapReach>,
  description: { name: string; longName: string; title: string; isTruth: boolean },
): Promise<StepResult> {
  const { path, variable, period, stepsPerDeg, marginDeg, keepsStamps, truthExtent } = source;
  const file = basename(path);
  const opened = await openMaps(path, variable, 'height', source.assumedTimeUnits);
  try {
    const cut = dailyMaps(opened, {
      box: source.area.scoredBox,
      period,
      stepsPerDeg,
      isHeight: true,
      ...(marginDeg === undefined ? {} : { marginDeg }),
      ...(keepsStamps === undefined ? {} : { keepsStamps }),
    });
    const maps = truthExtent ? reachingEdges(cut, truthExtent, file, opened.quirks) : cut;
    const { name, longName, isTruth, title } = description;
    if (isTruth) requireScorable(maps.grid, file, source.area.scoredBox);
    const attributes = fileAttributes(source.provenance, title, `variable '${variable}' of ${file}`);
    const result = await writeHeights(target, maps, context, { name, longName, attributes, isTruth });
    requireHeights(result, file);
    tell(context, opened.quirks, sentinelQuirk(file, maps.sentinels()));
    return result;
  } finally {
    opened.field.close();
  }
}

export async function writeHeights(
  target: string,
  maps: Pick<DailyMaps, 'grid' | 'readDay'>,
  context: StepContext,
  options: { name: string; longName: string; attributes: NetcdfAttributes; isTruth: boolean },
): Promise<StepResult> {
  const statistics = accumulateStatistics(options.name, 'm');
  const dayCount = maps.grid.timeDays.length;
  await writeGriddedField(target, {
    grid: maps.grid,
    variables: [
      {
        name: options.name,
        type: 'float32',
        attributes: {
          units: 'm',
          standard_name: 'sea_surface_height_above_geoid',
          long_name: options.longName,
          ...(options.isTruth ? { cell_methods: 'time: mean' } : {}),
        },
        readDay: async (index) => {
          const day = await maps.readDay(index);
          statistics.add(day);
          context.onProgress(index / dayCount, `day ${index + 1} of ${dayCount}`);
          return day;
        },
      },
    ],
    attributes: options.attributes,
    storage: options.isTruth ? { kind: 'contiguous' } : { kind: 'deflate', level: 4 },
  });
  return { statistics: [statistics.result()] };
}

function requireHeights({ statistics }: StepResult, file: string): void {
  const [figures] = statistics;
  if (figures && figures.count > 0) return;
  throw new ImportError({
    code: 'implausible-values',
    where: file,
    found: 'there is no value in the area and period',
    expected: 'sea surface heights in metres',
    fix: 'Check that the file is complete.',
  });
}

/** Temperatures of the sea are near 290 in kelvin and below 40 in degrees Celsius. */
async function kelvinOffset(maps: DailyMaps, units: string, file: string, quirks: Quirk[]): Promise<number> {
  const statistics = accumulateStatistics('sst', '');
  statistics.add(await maps.readDay(0));
  const { mean } = statistics.result();
  const isKelvin = (mean ?? 0) > 100;
  if (units === '' || isKelvin) {
    quirks.push({
      file,
      found: `${units === '' ? 'temperature has no units' : `units '${units}'`}, mean of the first day ${(mean ?? NaN).toFixed(2)}`,
      handled: isKelvin ? 'taken as kelvin and turned into °C' : 'taken as °C',
    });
  }
  return isKelvin ? 273.15 : 0;
}

function requireTemperatures(day: ArrayLike<number>, file: string): void {
  for (let index = 0; index < day.length; index++) {
    const value = day[index]!;
    if (!(value < -5 || value > 45)) continue;
    throw new ImportError({
      code: 'implausible-values',
      where: file,
      found: `a temperature of ${value.toFixed(2)} °C`,
      expected: 'sea surface temperatures from −5 to 45 °C, missing ones as NaN or _FillValue',
      fix: 'Declare the fill value of the file as _FillValue.',
    });
  }
}

export function tell(context: StepContext, ...quirks: Quirk[][]): void {
  for (const quirk of quirks.flat()) context.quirk(quirk);
}
