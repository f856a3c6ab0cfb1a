import { FIRST_SIMULATED_DAY, OCEANS, type SimulatedAreaId } from '@sillage/ocean';
import { writeSimulatedOcean } from '@sillage/pipeline';
import { daysSince1950, isoDay } from '@sillage/science';
import { parsePeriod } from '../../areas.js';
import { CommandError } from '../../command-error.js';
import { print } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { requireFolderOf } from './output-folder.js';

export type SimulateOceanCommandOptions = {
  area: SimulatedAreaId;
  start: string;
  days: number;
  sst?: true;
  spacing?: number;
  scoredNodes?: true;
  out: string;
};

/** Degrees; the regions' nodes are the centres of cells, the basin's include the edges of its box. */
const FINE_SPACING_DEG = 0.05;
const BASIN_SPACING_DEG = 0.2;

export async function simulateOcean(options: SimulateOceanCommandOptions): Promise<void> {
  requireFolderOf(options.out);
  const area = OCEANS[options.area];
  parsePeriod({ start: options.start, end: options.start }); // says what is wrong with a day
  const startDays = daysSince1950(options.start);
  if (startDays < FIRST_SIMULATED_DAY) {
    throw new CommandError(
      `the synthetic ocean begins on ${isoDay(FIRST_SIMULATED_DAY)}; --start ${options.start} lies before it`,
    );
  }
  const box = options.scoredNodes === true ? area.scoredBox : area.box;
  const spacing = options.spacing ?? (area.kind === 'basin' ? BASIN_SPACING_DEG : FINE_SPACING_DEG);
  const offset = area.kind === 'basin' ? 0 : spacing / 2;
  const latDeg = nodes(box.south, box.north, spacing, offset);
  const lonDeg = nodes(box.west, box.east, spacing, offset);
  const progress = createProgressLine();
  try {
    await writeSimulatedOcean({
      area: options.area,
      latDeg,
      lonDeg,
      startDay: options.start,
      dayCount: options.days,
      withSst: options.sst === true,
      outputPath: options.out,
      onProgress: progress.update,
    });
    progress.clear();
    const last = isoDay(startDays + options.days - 1);
    print(
      `${options.out}: ${options.days} days of the synthetic ocean '${options.area}', ${options.start} to ${last}, ` +
        `${latDeg.length} × ${lonDeg.length} nodes`,
    );
  } finally {
    progress.clear();
  }
}

/** Nodes from the edge plus an offset to the other edge, rounded so that 1/20° steps print as they are meant. */
function nodes(from: number, to: number, spacing: number, offset: number): Float64Array {
  const count = Math.floor((to - from - offset) / spacing + 1e-9) + 1;
  if (count < 2) throw new CommandError(`--spacing ${spacing} leaves ${count} node in ${from}…${to} degrees`);
  return Float64Array.from(
    { length: count },
    (_, index) => Math.round((from + offset + index * spacing) * 1e9) / 1e9,
  );
}
