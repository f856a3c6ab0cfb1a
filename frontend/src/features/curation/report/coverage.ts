import type { Box, DatasetReport } from '@sillage/contracts';
import type { MapBox } from '../../../charts/boxes/box-map';
import { shortfalls } from '../../../charts/boxes/box-map.config';
import { dayNumber, missingDayCount, type Days } from '../../../charts/lines/period-lines.config';
import { FILE_ROLE_TEXTS } from '../../../lib/challenge-texts';
import { formatFixed } from '../../../lib/format-number';

type Line = { text: string; isShort: boolean };

/** What files cover, each box once: the observations of ten scenarios are drawn as one. */
export function underlaysOf(report: DatasetReport | null): MapBox[] {
  const found = new Map<string, MapBox>();
  for (const { path, extent } of report?.files ?? []) {
    if (extent === null) continue;
    const { west, east, south, north } = extent.box;
    const key = [west, east, south, north].map((side) => side.toFixed(1)).join();
    if (!found.has(key)) found.set(key, { name: path, box: extent.box });
  }
  return [...found.values()];
}

/** The days that files have, by what they are for: those of the same days as one. */
export function dataLines(report: DatasetReport | null): { name: string; days: Days }[] {
  const found = new Map<string, { name: string; days: Days; count: number }>();
  for (const { path, extent, uses } of report?.files ?? []) {
    const days = extent === null ? null : extentDays(extent.period);
    if (days === null) continue;
    const role = uses[0]?.role;
    const name = role === undefined ? path : FILE_ROLE_TEXTS[role].name;
    const key = `${name} ${days.first} ${days.last}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { name, days, count: 1 });
    else known.count += 1;
  }
  const lines = [...found.values()].map(({ name, days, count }) => ({
    name: count === 1 ? name : `${name}, ${count} files`,
    days,
  }));
  const seen = new Map<string, number>();
  return lines.map(({ name, days }) => {
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return { name: number === 1 ? name : `${name} (${number})`, days };
  });
}

function extentDays({ start, end }: { start: string; end: string }): Days | null {
  const [first, last] = [dayNumber(start), dayNumber(end)];
  return first === null || last === null ? null : { first, last };
}

/** Whether the files of an area reach to the sides of its box, one sentence for each file that does not. */
export function boxCoverage(report: DatasetReport | null, area: string, box: Box): Line[] {
  const files = (report?.files ?? []).filter(({ uses }) => uses.some((use) => use.area === area));
  const withExtent = files.flatMap(({ path, extent }) => (extent === null ? [] : [{ path, extent }]));
  if (withExtent.length === 0) return [];
  const short = withExtent.flatMap(({ path, extent }) => {
    const found = shortfalls(extent.box, box);
    if (found.length === 0) return [];
    const sides = found.map(({ side, deg }) => `${formatFixed(deg, deg < 0.1 ? 2 : 1)}° in the ${side}`);
    return [{ text: `${path} falls short of the box by ${sides.join(', ')}.`, isShort: true }];
  });
  if (short.length > 0) return short;
  const count = withExtent.length;
  return [
    {
      text: `${count === 1 ? 'The file' : `All ${count} files`} of this area in the last report ${count === 1 ? 'reaches' : 'reach'} beyond the box on every side.`,
      isShort: false,
    },
  ];
}

/** Whether files that must have every day of the evaluation do. */
export function periodCoverage(report: DatasetReport | null, evaluation: Days | null): Line[] {
  if (report === null || evaluation === null) return [];
  const files = report.files.filter(({ uses, extent }) => uses.length > 0 && extent !== null);
  if (files.length === 0) return [];
  const short = files.flatMap(({ path, extent }) => {
    const days = extent === null ? null : extentDays(extent.period);
    const missing = days === null ? 0 : missingDayCount(days, evaluation);
    if (missing === 0) return [];
    return [
      {
        text: `${path} lacks ${missing} ${missing === 1 ? 'day' : 'days'} of the evaluation.`,
        isShort: true,
      },
    ];
  });
  return short.length > 0
    ? short
    : [{ text: 'Every file of the last report has all days of the evaluation.', isShort: false }];
}
