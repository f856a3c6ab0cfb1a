import type { Box, Period } from '@sillage/contracts';
import { CommandError } from './command-error.js';

/**
 * Areas of the published challenges, degrees.
 * Source: ocean-data-challenges/2020a_SSH_mapping_NATL60 (gf and its period); CIA-Oceanix/4dvarnet-core (the others).
 */
const KNOWN_AREAS: Record<string, Box> = {
  gf: { west: -65, east: -55, south: 33, north: 43 },
  gf2: { west: -45, east: -35, south: 42, north: 52 },
  osmosis: { west: -19.5, east: -11.5, south: 45, north: 55 },
  osmosis2: { west: -28.5, east: -20.5, south: 50, north: 60 },
  natl: { west: -79, east: 7, south: 27, north: 65 },
};

/** Evaluation period of the 2020a challenge. */
export const EVALUATION_2020A: Period = { start: '2012-10-22', end: '2012-12-02' };

export function knownArea(id: string): Box {
  const box = KNOWN_AREAS[id];
  if (box !== undefined) return box;
  const names = Object.keys(KNOWN_AREAS).join(', ');
  throw new CommandError(`no known area '${id}'; known are ${names}; or give --challenge, --box or --like`);
}

export function parseBox(text: string): Box {
  const [west, east, south, north, ...rest] = text
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  const isComplete = [west, east, south, north].every((value) => Number.isFinite(value)) && rest.length === 0;
  if (!isComplete || west === undefined || east === undefined || south === undefined || north === undefined) {
    throw new CommandError(
      `'${text}' is not a box; give west,east,south,north in degrees, like --box=-65,-55,33,43`,
    );
  }
  if (west < -180 || east > 180 || west >= east) {
    throw new CommandError(`the box ${text} needs west < east, both within -180…180`);
  }
  if (south < -90 || north > 90 || south >= north) {
    throw new CommandError(`the box ${text} needs south < north, both within -90…90`);
  }
  return { west, east, south, north };
}

/** Both days, or neither. */
export function parsePeriod(options: { start?: string; end?: string }): Period | null {
  const { start, end } = options;
  if (start === undefined && end === undefined) return null;
  if (start === undefined || end === undefined)
    throw new CommandError('give both --start and --end, or neither');
  for (const day of [start, end]) {
    const parsed = new Date(`${day}T00:00:00Z`);
    if (
      !/^\d{4}-\d{2}-\d{2}$/.test(day) ||
      Number.isNaN(parsed.getTime()) ||
      parsed.toISOString().slice(0, 10) !== day
    ) {
      throw new CommandError(`'${day}' is not a day; write it like 2012-10-22`);
    }
  }
  if (start > end) throw new CommandError(`--start ${start} is after --end ${end}`);
  return { start, end };
}
