import { basename } from 'node:path';
import type { Area, Period } from '@sillage/contracts';
import { createSwathWriter, openSwath, type Swath, type SwathBlock, type SwathLines } from '@sillage/netcdf';
import { daysSince1950 } from '@sillage/science';
import { compareWithTruth, samplePoints } from './compare-with-truth.js';
import { ImportError, importErrorFrom } from '../import-error.js';
import { fileAttributes, type Provenance } from './map-steps.js';
import type { ImportStep } from '../run-import.js';
import { exceeds180, OBSERVATION_MARGIN_DEG } from './track-steps.js';
import { accumulateStatistics } from '../../files/value-statistics.js';

/** Lines that are read at once: 52 cells of four float64 each, 14 MB. */
const LINES_AT_ONCE = 8192;
/** °, 1 m on the ground: places and heights (0.1 mm) are packed as integers, which halves the file and rounds far below a cell of 2 km. */
const COORDINATE_STEP_DEG = 1e-5;

/** KaRIn's swaths, line by line; the same file serves every scenario that has SWOT. */
export function swathStep(options: {
  area: Area;
  target: string;
  scenarios: readonly string[];
  path: string;
  period: Period;
  truth: { step: string; name: string; tolerance: number };
  provenance: Provenance;
}): ImportStep {
  const { area, path } = options;
  const file = basename(path);
  return {
    path: options.target,
    files: options.scenarios.map((scenario) => ({
      role: 'swath-observations',
      area: area.id,
      scenario,
      variable: 'ssh_model',
      description: 'KaRIn: error-free heights (ssh_model) and heights with errors (ssh_obs), line × cell.',
    })),
    inputPaths: [path],
    estimatedBytes: 60_000_000,
    write: async (target, context) => {
      const swath = await openSwath(path, { assumedTimeUnits: 'seconds since 2012-10-01' }).catch(
        (error: unknown) => {
          throw importErrorFrom(error, file);
        },
      );
      const model = accumulateStatistics('ssh_model', 'm');
      const observed = accumulateStatistics('ssh_obs', 'm');
      const points = samplePoints();
      const writer = await createSwathWriter(target, {
        acrossTrackKm: swath.acrossTrackKm ?? new Float64Array(swath.cellCount).fill(NaN),
        satellite: 'swot',
        withErrors: await hasObservedHeights(swath),
        storage: { kind: 'compact', coordinateStepDeg: COORDINATE_STEP_DEG, extent: extentOf(area) },
        attributes: fileAttributes(options.provenance, `KaRIn over ${area.name}`, file),
      });
      try {
        for (let start = 0; start < swath.lineCount; start += LINES_AT_ONCE) {
          const count = Math.min(LINES_AT_ONCE, swath.lineCount - start);
          context.onProgress(start / swath.lineCount, `line ${start + 1} of ${swath.lineCount}`);
          const lines = await linesInside(swath, start, count, options);
          model.add(lines.sshM.filter((height) => !Number.isNaN(height)));
          if (lines.sshObservedM) observed.add(lines.sshObservedM.filter((height) => !Number.isNaN(height)));
          lines.sshM.forEach((height, cell) => {
            if (Number.isNaN(height)) return;
            const time = lines.timeDays[Math.floor(cell / swath.cellCount)]!;
            points.add(time, lines.latDeg[cell]!, lines.lonDeg[cell]!, height);
          });
          if (lines.lineCount > 0) writer.append(blockOf(lines));
        }
        if (model.result().count === 0) {
          throw new ImportError({
            code: 'no-observations',
            where: file,
            found: `no cell in the area between ${options.period.start} and ${options.period.end}`,
            expected: `observations of ${area.name} in that period`,
            fix: 'Check that this is the file of the challenge.',
          });
        }
        await writer.finish();
      } catch (error) {
        throw writer.discard(error);
      } finally {
        swath.close();
      }
      const truthMatch = await compareWithTruth({
        truthPath: context.finishedPath(options.truth.step),
        truthName: options.truth.name,
        points: points.points(),
        placements: [{ how: 'daily means around noon, interpolated to the time and place', shiftDeg: 0 }],
        tolerance: options.truth.tolerance,
        subject: file,
      });
      if (truthMatch === null)
        context.warn(`${options.target}: too few cells in the scored days to compare them with the truth`);
      if (await exceeds180(path))
        context.quirk({ file, found: 'longitudes run from 0 to 360', handled: 'turned into −180…180' });
      const figures = [model.result(), observed.result()].filter(({ count }) => count > 0);
      return { statistics: figures, truthMatch };
    },
  };
}

async function hasObservedHeights(swath: Swath): Promise<boolean> {
  return swath.lineCount > 0 && (await swath.readLines(0, 1)).sshObservedM !== null;
}

function extentOf({ scoredBox }: Area): Area['scoredBox'] {
  const margin = OBSERVATION_MARGIN_DEG;
  return {
    west: scoredBox.west - margin,
    east: scoredBox.east + margin,
    south: scoredBox.south - margin,
    north: scoredBox.north + margin,
  };
}

/** A compact file holds times, places and heights; the other columns are not looked at. */
function blockOf(lines: SwathLines): SwathBlock {
  const none = new Float64Array(0);
  const { timeDays, latDeg, lonDeg, sshM, sshObservedM } = lines;
  return {
    ...{ timeDays, latDeg, lonDeg, sshM, alongTrackKm: none, nadirLonDeg: none, nadirLatDeg: none },
    modelIndex: none,
    ...(sshObservedM ? { sshObservedM } : {}),
  };
}

/** The lines of a block that have a cell in the area and period; their other cells become missing. */
async function linesInside(
  swath: Swath,
  start: number,
  count: number,
  options: { area: Area; period: Period },
): Promise<SwathLines> {
  const { west, east, south, north } = options.area.scoredBox;
  const margin = OBSERVATION_MARGIN_DEG;
  const first = daysSince1950(options.period.start);
  const end = daysSince1950(options.period.end) + 1;
  const times = swath.timeDays.subarray(start, start + count);
  const isBlockInside = times.some((time) => time >= first && time < end);
  const block = isBlockInside ? await swath.readLines(start, count) : null;
  const width = swath.cellCount;
  const kept: number[] = [];
  for (let line = 0; block && line < count; line++) {
    if (!(times[line]! >= first && times[line]! < end)) continue;
    let isInside = false;
    for (let cell = line * width; cell < (line + 1) * width; cell++) {
      const [lat, lon] = [block.latDeg[cell]!, block.lonDeg[cell]!];
      const isCellInside =
        lat >= south - margin && lat <= north + margin && lon >= west - margin && lon <= east + margin;
      if (isCellInside && !Number.isNaN(block.sshM[cell]!)) isInside = true;
      else {
        block.sshM[cell] = NaN;
        if (block.sshObservedM) block.sshObservedM[cell] = NaN;
      }
    }
    if (isInside) kept.push(line);
  }
  const pick = (values: Float64Array): Float64Array => {
    const picked = new Float64Array(kept.length * width);
    kept.forEach((line, index) =>
      picked.set(values.subarray(line * width, (line + 1) * width), index * width),
    );
    return picked;
  };
  const empty = new Float64Array(0);
  return {
    lineStart: start,
    lineCount: kept.length,
    timeDays: Float64Array.from(kept, (line) => times[line]!),
    latDeg: block ? pick(block.latDeg) : empty,
    lonDeg: block ? pick(block.lonDeg) : empty,
    sshM: block ? pick(block.sshM) : empty,
    sshObservedM: block?.sshObservedM ? pick(block.sshObservedM) : null,
  };
}
