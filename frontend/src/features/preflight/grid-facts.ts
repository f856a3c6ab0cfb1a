import type { GridSummary, NetcdfInspection } from '@sillage/checking';
import { countOf, formatLatitude, formatLongitude } from '../../lib/format-number';

export type Fact = { name: string; value: string };

/** What a file holds, in the words of a person who wants to see that it is the right one. */
export function gridFacts({ format, ssh, grid, variables }: NetcdfInspection): Fact[] {
  const facts: Fact[] = [{ name: 'Format', value: format }];
  if (ssh === null) {
    const names = variables.map(({ name }) => name);
    const shown = names.slice(0, 8).join(', ');
    facts.push({
      name: 'Variables',
      value: names.length > 8 ? `${shown} and ${names.length - 8} more` : shown,
    });
  } else {
    const units = ssh.units === '' ? 'no units: metres are assumed' : ssh.units;
    facts.push({ name: 'Scored variable', value: `${ssh.variable} (${units})` });
  }
  if (grid !== null) facts.push(...factsOfGrid(grid));
  return facts;
}

function factsOfGrid(grid: GridSummary): Fact[] {
  const { timeCount, latCount, lonCount, latSpacingDeg, lonSpacingDeg, missingDays } = grid;
  const every = (spacing: number | null) =>
    spacing === null ? '' : `, every ${Number(spacing.toFixed(4))}°`;
  return [
    {
      name: 'Times',
      value: `${timeCount}, ${grid.firstTime.slice(0, 10)} to ${grid.lastTime.slice(0, 10)}${
        missingDays.length === 0 ? '' : `; no map on ${countOf(missingDays.length, 'day', 'days')} between`
      }`,
    },
    {
      name: 'Longitudes',
      value: `${lonCount}, ${formatLongitude(grid.west, 2)} to ${formatLongitude(grid.east, 2)}${every(lonSpacingDeg)}`,
    },
    {
      name: 'Latitudes',
      value: `${latCount}, ${formatLatitude(grid.south, 2)} to ${formatLatitude(grid.north, 2)}${every(latSpacingDeg)}`,
    },
  ];
}
