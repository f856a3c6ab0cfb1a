import type { Box, ChallengeDefinition, DatasetFinding } from '@sillage/contracts';
import { daysSince1950, isoDay } from '@sillage/science';
import {
  areaReason,
  areaShortfalls,
  daysWithoutMap,
  degreesText,
  listDays,
  nodeTolerance,
} from '@sillage/checking';
import { observationsOf } from './definition-findings.js';
import type { FileReading, ScoredDays, VariableSample } from '../files/file-reading.js';
import { finding, ofDays } from './findings.js';
import { isObservationRole } from './leak-verdict.js';

/**
 * Scored days that a file of observations may begin late or end early before that is an error: SWOT alone leaves a box of ten
 * degrees unseen for up to six days, a single nadir for two.
 */
const SHORT_BY_DAYS = 5;
/** Below this it may be chance: an altimeter passes over a box every other day. */
const NATURALLY_SHORT_BY_DAYS = 1;
/** A longer gap between observations of a box is no repeat cycle that we know. */
const LONGEST_GAP_DAYS = 10;
/** Degrees that observations may end inside a scored box: ground tracks of one altimeter lie some degrees apart. */
const TRACK_REACH_DEG = 2;
/** The same as a share of a side of the box, where the box is small. */
const TRACK_REACH_SHARE = 0.25;

type Place = { area: string; scenario: string | null };

/** Whether the areas and days that are scored lie inside what the files hold. */
export function coverageFindings(
  definition: ChallengeDefinition,
  reading: FileReading,
  days: ScoredDays,
): DatasetFinding[] {
  const scored = new Set(definition.tasks.map(({ area }) => area));
  return reading.uses
    .filter(({ area }) => scored.has(area))
    .flatMap(({ role, area, scenario }) => {
      const box = definition.areas.find(({ id }) => id === area)!.scoredBox;
      const place = { area, scenario: scenario ?? null };
      if (isObservationRole(role) || role === 'evaluation-track')
        return pointFindings(reading, place, box, days);
      if (reading.grid === null) return [];
      return mapFindings(definition, reading, place, box);
    });
}

function mapFindings(
  definition: ChallengeDefinition,
  { file: { path }, role, grid }: FileReading,
  place: Place,
  box: Box,
): DatasetFinding[] {
  if (grid === null) return [];
  const findings: DatasetFinding[] = [];
  const severity = role === 'sst' ? 'warning' : 'error';
  const shortfalls = areaShortfalls(grid, box, nodeTolerance(grid));
  if (shortfalls.length > 0) {
    const { found, expected, fix } = areaReason(path, shortfalls);
    findings.push(
      finding(severity, 'area-not-covered', { path, ...place }, { found, needed: expected, fix }),
    );
  }
  const { evaluation } = definition.periods;
  const missing = daysWithoutMap(grid.timeDays, evaluation);
  if (missing.length > 0) {
    const total = missing.length + daysWith(grid.timeDays, evaluation);
    findings.push(
      finding(
        severity,
        'period-not-covered',
        { path, ...place },
        {
          found: `no map on ${ofDays(missing.length, total)}: ${listDays(missing)}`,
          needed: `a map on every UTC day from ${evaluation.start} to ${evaluation.end}, both included`,
          fix: 'Add the missing days, or shorten the evaluation period; if all are missing, check the units of the time axis.',
        },
      ),
    );
  }
  return findings;
}

function daysWith(timeDays: Float64Array, period: { start: string; end: string }): number {
  const day = (time: number) => isoDay(time + 1e-6);
  return new Set(Array.from(timeDays, day).filter((text) => text >= period.start && text <= period.end)).size;
}

function pointFindings(reading: FileReading, place: Place, box: Box, days: ScoredDays): DatasetFinding[] {
  const { path } = reading.file;
  const what = reading.role === 'evaluation-track' ? 'measurement of the withheld altimeter' : 'observation';
  const about = { path, ...place };
  const sample = reading.samples.find(({ isDeclared, area }) => isDeclared && area === place.area);
  if (sample === undefined || sample.days.size === 0) {
    // A file without any value says so itself.
    if (reading.report.statistics === null) return [];
    return [
      finding('error', 'no-observations', about, {
        found: `no ${what} inside the scored box on the days of the evaluation period${whereItIs(reading)}`,
        needed: `${what}s between ${isoDay(days.first)} and ${isoDay(days.last)} in ${boxText(box)}`,
        fix: 'Check the times and places of the file, and that it was made for this area and period.',
      }),
    ];
  }
  return [...dayFindings(reading, sample, about, days, what), ...reachFindings(sample, about, box, what)];
}

function whereItIs({ report: { extent } }: FileReading): string {
  if (extent === null) return '';
  return `; the file holds ${extent.period.start} to ${extent.period.end} in ${boxText(extent.box)}`;
}

function dayFindings(
  { report: { extent } }: FileReading,
  sample: VariableSample,
  about: { path: string } & Place,
  { first, last }: ScoredDays,
  what: string,
): DatasetFinding[] {
  const needed = `${what}s from ${isoDay(first)} to ${isoDay(last)}, better some days before and after`;
  const fix = 'Add the missing days, or shorten the evaluation period.';
  if (extent !== null) {
    const late = daysSince1950(extent.period.start) - first;
    const early = last - daysSince1950(extent.period.end);
    if (Math.max(late, early) > NATURALLY_SHORT_BY_DAYS)
      return [
        finding(Math.max(late, early) > SHORT_BY_DAYS ? 'error' : 'warning', 'period-not-covered', about, {
          found: `the first ${what} is of ${extent.period.start} and the last of ${extent.period.end}`,
          needed,
          fix,
        }),
      ];
  }
  const gap = longestGap([...sample.days].sort((a, b) => a - b));
  if (gap === null || gap.days <= LONGEST_GAP_DAYS) return [];
  return [
    finding('warning', 'period-not-covered', about, {
      found: `no ${what} in the scored box for ${gap.days} days after ${isoDay(gap.after)}`,
      needed,
      fix,
    }),
  ];
}

/** Days without anything between two neighbours of a sorted list. */
function longestGap(days: readonly number[]): { after: number; days: number } | null {
  let longest: { after: number; days: number } | null = null;
  for (const [index, day] of days.entries()) {
    const after = days[index - 1];
    if (after !== undefined && day - after - 1 > (longest?.days ?? 0))
      longest = { after, days: day - after - 1 };
  }
  return longest;
}

function reachFindings(
  { reach }: VariableSample,
  about: { path: string } & Place,
  box: Box,
  what: string,
): DatasetFinding[] {
  if (reach === null) return [];
  const allowed = (first: number, last: number) =>
    Math.min(TRACK_REACH_DEG, TRACK_REACH_SHARE * (last - first));
  const lon = allowed(box.west, box.east);
  const lat = allowed(box.south, box.north);
  const reaches =
    reach.west <= box.west + lon &&
    reach.east >= box.east - lon &&
    reach.south <= box.south + lat &&
    reach.north >= box.north - lat;
  if (reaches) return [];
  return [
    finding('warning', 'area-not-covered', about, {
      found: `inside the scored box, ${what}s lie in ${boxText(reach)} only`,
      needed: `${what}s all over ${boxText(box)}, or to the coast`,
      fix: 'Cut the file to a box that is larger than the scored one; where land is the reason, accept this warning.',
    }),
  ];
}

export function boxText({ west, east, south, north }: Box): string {
  return `longitudes ${degreesText(west)}…${degreesText(east)}, latitudes ${degreesText(south)}…${degreesText(north)}`;
}

/** Whether the files of each task hold the satellites that its scenario names, and no others. */
export function satelliteFindings(
  definition: ChallengeDefinition,
  readings: ReadonlyMap<string, FileReading>,
): DatasetFinding[] {
  return definition.tasks.flatMap((task) => {
    const scenario = definition.scenarios.find(({ id }) => id === task.scenario)!;
    const files = observationsOf(definition.files, task).flatMap(({ path, role }) => {
      const reading = readings.get(path);
      // Gridded observations do not say which satellites were averaged.
      return reading === undefined || role === 'gridded-observations' ? [] : [reading];
    });
    if (scenario.satellites.length === 0 || files.length === 0) return [];
    const found = [...new Set(files.flatMap(({ report }) => report.satellites))];
    const isUnknown = found.length === 0 || found.every((name) => name === 'unknown');
    const missing = scenario.satellites.filter(
      (name) => !found.some((other) => isSameSatellite(name, other)),
    );
    const extra = found.filter((name) => !scenario.satellites.some((other) => isSameSatellite(name, other)));
    if (missing.length === 0 && extra.length === 0) return [];
    const about = { path: files.length === 1 ? files[0]!.file.path : null, ...task };
    const needed = `the satellites of the scenario: ${scenario.satellites.join(', ')}`;
    if (isUnknown)
      return [
        finding('warning', 'satellites-differ', about, {
          found: 'the observations do not say which satellites they are from',
          needed,
          fix: "Write a variable 'satellite' with flag_values and flag_meanings, or a global attribute 'satellite' where there is one.",
        }),
      ];
    const parts = [
      ...(missing.length > 0 ? [`no observation of ${missing.join(', ')}`] : []),
      ...(extra.length > 0 ? [`observations of ${extra.join(', ')}, which the scenario does not name`] : []),
    ];
    return [
      finding('error', 'satellites-differ', about, {
        found: parts.join('; '),
        needed,
        fix: 'Give files with these satellites, or correct the list of the scenario; names are compared without case, spaces and hyphens.',
      }),
    ];
  });
}

function isSameSatellite(a: string, b: string): boolean {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return plain(a) === plain(b);
}
