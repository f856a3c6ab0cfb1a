import type { Mistake } from '@sillage/science';

/** A mistake in plain words: what is suspected, the numbers, and how to mend it. */
export type MistakeText = { title: string; evidence: string; fix: string };

/**
 * What to tell the author of a map.
 *
 * @param reference - what the map was compared with, e.g. "the truth".
 */
export function mistakeText(mistake: Mistake, reference: string): MistakeText {
  switch (mistake.kind) {
    case 'shifted-in-time': {
      const { days, correlation, correlationAsIs } = mistake;
      return {
        title: `The maps look ${dayCount(days)} too ${days > 0 ? 'early' : 'late'}`,
        evidence: `Without the time mean, the map correlates ${two(correlation)} with ${reference} if shifted by ${signed(days)} ${plural(days, 'day')}, ${two(correlationAsIs)} as it is.`,
        fix: `Check the dates of the maps: each should be dated ${dayCount(days)} ${days > 0 ? 'later' : 'earlier'}. The usual causes are the origin of the time axis and an index that starts at 0 or 1.`,
      };
    }
    case 'wrong-unit': {
      const { unit, ratio } = mistake;
      const isLarge = unit === 'cm' || unit === 'mm';
      const name = unit === 'cm' ? 'centimetres' : 'millimetres';
      return {
        title: isLarge ? `The heights look like ${name}` : 'The heights are far too small',
        evidence: `They vary ${figures(ratio)} times as much as ${reference}, in the unit that the file declares.`,
        fix: isLarge
          ? `Divide them by ${unit === 'cm' ? 100 : 1000}, or set the units attribute of the variable to '${unit}'.`
          : `Multiply them by ${unit === 'hundredfold-small' ? 100 : 1000}, or correct units and scale_factor of the variable.`,
      };
    }
    case 'sign-flipped':
      return {
        title: 'The sign is flipped',
        evidence: `The map correlates ${two(mistake.correlation)} with ${reference}: high where it should be low.`,
        fix: 'Multiply the heights by −1; look for a difference that was taken the wrong way round.',
      };
    case 'latitudes-reversed':
      return reordered(mistake, reference, 'The latitudes are reversed', 'if its rows are reversed', [
        'The rows run from the other end than the latitude axis says: reverse the values or the axis, not both.',
      ]);
    case 'longitudes-reversed':
      return reordered(mistake, reference, 'The longitudes are reversed', 'if its columns are reversed', [
        'The columns run from the other end than the longitude axis says: reverse the values or the axis, not both.',
      ]);
    case 'axes-swapped':
      return reordered(
        mistake,
        reference,
        'Latitude and longitude of the values are swapped',
        'if rows and columns are swapped',
        [
          'The values were written as [time, lon, lat] under the dimensions [time, lat, lon]: transpose them before writing.',
        ],
      );
    case 'rolled': {
      const { columns, shiftDeg } = mistake;
      return reordered(
        mistake,
        reference,
        'The columns are wrapped around',
        `if its columns are rolled by ${columns} (${degrees(shiftDeg)} of longitude)`,
        [
          'Values and longitudes were not turned together when going from 0…360 to −180…180: sort both by longitude, e.g. ds.sortby("lon").',
        ],
      );
    }
    case 'shifted-in-space': {
      const { rows, columns, rmsM, rmsAsIsM } = mistake;
      const to = rows === 0 ? (columns > 0 ? 'east' : 'west') : rows > 0 ? 'north' : 'south';
      return {
        title: `The map is off by one node: it belongs further ${to}`,
        evidence: `Moved one node to the ${to}, its error falls from ${centimetres(rmsAsIsM)} to ${centimetres(rmsM)} (time mean taken away, against ${reference}).`,
        fix: 'Check how the coordinates of the nodes were made: centres or edges of cells, and an index that starts at 0 or 1.',
      };
    }
    case 'constant-offset': {
      const { offsetM, rmsM, rmsAsIsM } = mistake;
      return {
        title: `The heights are ${centimetres(Math.abs(offsetM))} too ${offsetM > 0 ? 'high' : 'low'} everywhere`,
        evidence: `Without this constant the error against ${reference} falls from ${centimetres(rmsAsIsM)} to ${centimetres(rmsM)}.`,
        fix: `Subtract ${offsetM < 0 ? '−' : ''}${Math.abs(offsetM).toFixed(3)} m, or use the reference level of the challenge's data.`,
      };
    }
    case 'mean-missing':
      return {
        title: 'This looks like sea level anomaly: the mean is missing',
        evidence: `The map has hardly any time mean. With the mean of ${reference} its error falls from ${centimetres(mistake.rmsAsIsM)} to ${centimetres(mistake.rmsM)}; what varies in time correlates ${two(mistake.correlation)}.`,
        fix: 'Add the mean dynamic topography (or the mean that the method took away) to the heights.',
      };
    case 'wrong-mean':
      return {
        title: 'The time mean is another one',
        evidence: `With the time mean of ${reference} the error falls from ${centimetres(mistake.rmsAsIsM)} to ${centimetres(mistake.rmsM)}; what varies in time correlates ${two(mistake.correlation)}.`,
        fix: 'Check which mean dynamic topography was added: it has to be the one of the challenge, on the same nodes.',
      };
  }
}

function reordered(
  mistake: { correlation: number; correlationAsIs: number },
  reference: string,
  title: string,
  condition: string,
  fix: readonly string[],
): MistakeText {
  return {
    title,
    evidence: `The map correlates ${two(mistake.correlation)} with ${reference} ${condition}, ${two(mistake.correlationAsIs)} as it is.`,
    fix: fix.join(' '),
  };
}

function two(value: number): string {
  return value < 0 ? `−${Math.abs(value).toFixed(2)}` : value.toFixed(2);
}

function figures(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}

function signed(value: number): string {
  return value < 0 ? `−${-value}` : `+${value}`;
}

function plural(count: number, word: string): string {
  return Math.abs(count) === 1 ? word : `${word}s`;
}

function dayCount(days: number): string {
  return Math.abs(days) === 1 ? 'a day' : `${Math.abs(days)} days`;
}

function centimetres(valueM: number): string {
  const value = valueM * 100;
  return value >= 1000 ? `${valueM.toFixed(1)} m` : `${value.toFixed(1)} cm`;
}

function degrees(value: number): string {
  return `${Number(value.toFixed(2))}°`;
}
