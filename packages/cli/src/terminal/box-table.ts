import type { BoxResolutionView, BoxStatistics, ResolutionByBox } from '@sillage/contracts';
import { formatTable } from './table.js';

/** RMSE score and λx by box for a person. */
export function formatBoxes({
  boxes,
  resolution,
}: {
  boxes: BoxStatistics;
  resolution: ResolutionByBox | null;
}): string {
  return [
    `RMSE score in boxes of ${boxes.sizeDeg}°, by their south-western corners:`,
    formatGrid({
      latDeg: axis(boxes.southDeg, boxes.sizeDeg, boxes.rowCount),
      lonDeg: axis(boxes.westDeg, boxes.sizeDeg, boxes.columnCount),
      value: (box) => rmseScore(boxes, box)?.toFixed(3) ?? '–',
    }),
    ...(resolution === null
      ? ['Effective resolution by box: none, the area is smaller than a box of 5° or its grid too coarse.']
      : [
          `λx [${resolution.unit === 'deg' ? '°' : 'km'}] in overlapping boxes of ${resolution.sizeDeg}°, by their middles ` +
            `(over all of them: ${resolutionText(resolution.whole, resolution)}; a box tells up to ${resolution.longestWavelength.toFixed(decimalsOf(resolution))}):`,
          formatGrid({
            latDeg: resolution.latDeg,
            lonDeg: resolution.lonDeg,
            value: (box) => resolutionText(resolution.boxes[box], resolution),
          }),
        ]),
  ].join('\n');
}

/** RMSE score 1 − RMSE/RMS(reference) of a box over all days; null where nothing was scored. */
export function rmseScore(boxes: BoxStatistics, box: number): number | null {
  const total = (sums: readonly (readonly number[])[]) => sums.reduce((sum, day) => sum + (day[box] ?? 0), 0);
  const squaredReference = total(boxes.squaredReferenceM2);
  return squaredReference === 0 ? null : 1 - Math.sqrt(total(boxes.squaredErrorM2) / squaredReference);
}

function axis(first: number, step: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function decimalsOf({ unit }: ResolutionByBox): number {
  return unit === 'deg' ? 2 : 0;
}

function resolutionText(box: BoxResolutionView | undefined, resolution: ResolutionByBox): string {
  if (box === undefined) return '–';
  const decimals = decimalsOf(resolution);
  if (box.wavelength !== null) return box.wavelength.toFixed(decimals);
  if (box.unresolved === 'longer-than-box') return `> ${resolution.longestWavelength.toFixed(decimals)}`;
  if (box.unresolved === 'everything-resolved')
    return `≤ ${(resolution.wavelength.at(-1) ?? Number.NaN).toFixed(decimals)}`;
  return '–';
}

/** North at the top, as on a map. */
function formatGrid(grid: {
  latDeg: readonly number[];
  lonDeg: readonly number[];
  value: (box: number) => string;
}): string {
  const rows = grid.latDeg.map((lat, row) => ({ lat, row })).toReversed();
  return formatTable<{ lat: number; row: number }>(
    [
      { title: '°', align: 'right', value: ({ lat }) => String(Number(lat.toFixed(2))) },
      ...grid.lonDeg.map((lon, column) => ({
        title: String(Number(lon.toFixed(2))),
        align: 'right' as const,
        value: ({ row }: { row: number }) => grid.value(row * grid.lonDeg.length + column),
      })),
    ],
    rows,
  );
}
