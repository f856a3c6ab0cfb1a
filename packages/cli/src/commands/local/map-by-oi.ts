import type { Box, Period } from '@sillage/contracts';
import { inspectFile, mapObservations, observedDays } from '@sillage/pipeline';
import type {
  MapLayout,
  MappingMethod,
  ObservationInput,
  OptimalInterpolationParameters,
} from '@sillage/pipeline';
import { isoDay } from '@sillage/science';
import { EVALUATION_2020A, knownArea, parseBox, parsePeriod } from '../../areas.js';
import { CommandError } from '../../command-error.js';
import { print } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { datasetOf } from './local-challenge.js';
import { requireFolderOf } from './output-folder.js';

const BASELINE_SPACING_DEG = 0.2; // °: the grid of the 2020a baseline

export type OiOptions = {
  observations: string[];
  observationsVariable?: string;
  out: string;
  challenge?: string;
  area?: string;
  box?: string;
  like?: string;
  likeVariable?: string;
  spacing?: number;
  start?: string;
  end?: string;
  lengthLon?: number;
  lengthLat?: number;
  lengthTime?: number;
  noise?: number;
  coarsening?: number;
  method: MappingMethod;
  layout: MapLayout;
  mask?: string;
  threads: number;
};

/** Where and when to map, from whatever the person gave. */
type Target = { box: Box | null; period: Period | null };

export async function mapByOi(options: OiOptions): Promise<void> {
  requireFolderOf(options.out);
  const target = targetOf(options);
  const period = parsePeriod(options) ?? target.period ?? (await periodOf(options));
  const parameters: Partial<OptimalInterpolationParameters> = {
    ...(options.lengthLon === undefined ? {} : { lengthLonDeg: options.lengthLon }),
    ...(options.lengthLat === undefined ? {} : { lengthLatDeg: options.lengthLat }),
    ...(options.lengthTime === undefined ? {} : { lengthTimeDays: options.lengthTime }),
    ...(options.noise === undefined ? {} : { noise: options.noise }),
    ...(options.coarsening === undefined ? {} : { coarsening: options.coarsening }),
  };
  const progress = createProgressLine();
  try {
    const result = await mapObservations({
      observations: inputsOf(options),
      grid:
        options.like !== undefined
          ? { kind: 'like', path: options.like, variable: options.likeVariable ?? null }
          : {
              kind: 'box',
              box: requiredBox(target.box),
              spacingDeg: options.spacing ?? BASELINE_SPACING_DEG,
            },
      period,
      parameters,
      method: options.method,
      layout: options.layout,
      maskPath: options.mask ?? null,
      threads: options.threads,
      outputPath: options.out,
      now: new Date(),
      onProgress: progress.update,
    });
    progress.clear();
    print(
      `${result.outputPath}: ${result.variables.join(' and ')}, ${result.dayCount} days from ${period.start} to ${period.end}, ` +
        `${result.latCount} × ${result.lonCount} points, from ${result.observationCount} observations`,
    );
  } finally {
    progress.clear();
  }
}

function inputsOf(options: OiOptions): ObservationInput[] {
  return options.observations.map((path) => ({ path, variable: options.observationsVariable ?? null }));
}

function targetOf(options: OiOptions): Target {
  const places = [options.box, options.like, options.area].filter((place) => place !== undefined);
  if (places.length === 0) throw new CommandError('say where to map: --area, --box or --like');
  if (places.length > 1) throw new CommandError('give only one of --area, --box and --like');
  if (options.like !== undefined && options.spacing !== undefined) {
    throw new CommandError('--like takes the grid of that file; leave out --spacing');
  }
  if (options.challenge !== undefined) {
    const definition = datasetOf(options.challenge).definition;
    const period = definition.periods.evaluation;
    if (options.area === undefined)
      return { box: options.box === undefined ? null : parseBox(options.box), period };
    const area = definition.areas.find((candidate) => candidate.id === options.area);
    if (area !== undefined) return { box: area.scoredBox, period };
    const known = definition.areas.map((candidate) => candidate.id).join(', ');
    throw new CommandError(`challenge '${definition.id}' has no area '${options.area}'; it has ${known}`);
  }
  if (options.area !== undefined) return { box: knownArea(options.area), period: null };
  return { box: options.box === undefined ? null : parseBox(options.box), period: null };
}

function requiredBox(box: Box | null): Box {
  if (box === null) throw new CommandError('say where to map: --area, --box or --like');
  return box;
}

/** With nothing said: the days of `--like`; else the 2020a evaluation period if observed; else every observed day. */
async function periodOf(options: OiOptions): Promise<Period> {
  if (options.like !== undefined) {
    const { grid, problem } = await inspectFile(options.like, { variable: options.likeVariable ?? null });
    if (grid === null)
      throw new CommandError(
        `${options.like} has no grid to map on${problem === null ? '' : `: ${problem.found}`}`,
      );
    return { start: grid.firstTime.slice(0, 10), end: grid.lastTime.slice(0, 10) };
  }
  const days = await observedDays(inputsOf(options));
  if (days === null) {
    throw new CommandError(`${options.observations.join(', ')}: there is no observation in it`);
  }
  // A map belongs to 00:00: observations up to the last minute of a day serve the midnight that follows. A truth that ends
  // at 00:00 of its last day, sampled and mapped, gets all its days back.
  const observed = {
    start: isoDay(days.firstDays),
    end: isoDay(days.lastDays + 0.5),
  };
  const holds2020a = observed.start <= EVALUATION_2020A.start && observed.end >= EVALUATION_2020A.end;
  return holds2020a ? EVALUATION_2020A : observed;
}
