import type { BoardBands, LeaderboardRow } from '@sillage/contracts';
import { formatFixed } from '../../../lib/format-number';

/** Bands between two edges, both axes: indices of edges, the long end first. */
export type BandSelection = { wavelength: readonly [number, number]; period: readonly [number, number] };

/** Ends of a band as an address holds them, the long end first; `null`: as far as the spectrum goes. */
export type BandRange = readonly [number, number] | null;

/** `4~0.5`; `null` for what is no range. */
export function parseRange(text: string | undefined): BandRange {
  const parts = (text ?? '').split('~').map(Number);
  const [long, short] = parts;
  if (parts.length !== 2 || long === undefined || short === undefined) return null;
  return Number.isFinite(long) && Number.isFinite(short) && long > short && short > 0 ? [long, short] : null;
}

export function rangeParameter(range: BandRange): string | null {
  return range === null ? null : `${Number(range[0].toPrecision(4))}~${Number(range[1].toPrecision(4))}`;
}

/** The bands that a range of the address means: the nearest edges, one band at least. */
export function selectBands(
  axes: NonNullable<BoardBands['axes']>,
  wavelength: BandRange,
  period: BandRange,
): BandSelection {
  return {
    wavelength: nearestEdges(axes.wavelengthEdges, wavelength),
    period: axes.periodEdgesDays === null ? [0, 1] : nearestEdges(axes.periodEdgesDays, period),
  };
}

function nearestEdges(edges: readonly number[], range: BandRange): [number, number] {
  const last = edges.length - 1;
  if (range === null) return [0, last];
  const from = Math.min(nearest(edges, range[0]), last - 1);
  return [from, Math.max(nearest(edges, range[1]), from + 1)];
}

/** Of a list of edges, by ratio: they are read on a logarithmic axis. */
function nearest(edges: readonly number[], value: number): number {
  let best = 0;
  edges.forEach((edge, index) => {
    if (Math.abs(Math.log(edge / value)) < Math.abs(Math.log(edges[best]! / value))) best = index;
  });
  return best;
}

/**
 * PSD score of an entry over a selection of bands: 1 − Σ truthPower·errorRatio ÷ Σ truthPower; dimensionless, 1 is perfect.
 * Bands where the truth has no power take no part; `null` where none is left.
 */
export function bandScore(
  truthPower: BoardBands['truthPower'],
  errorRatio: BoardBands['entries'][number]['errorRatio'],
  { wavelength, period }: BandSelection,
): number | null {
  let error = 0;
  let truth = 0;
  for (let row = period[0]; row < period[1]; row += 1) {
    for (let column = wavelength[0]; column < wavelength[1]; column += 1) {
      const ratio = errorRatio[row]?.[column] ?? null;
      const power = truthPower[row]?.[column] ?? 0;
      if (ratio === null) continue;
      error += power * ratio;
      truth += power;
    }
  }
  return truth > 0 ? 1 - error / truth : null;
}

export type BandRow = { row: LeaderboardRow; score: number | null; place: number | null };

const SAME_SCORE = 1e-4; // the ratios come with four digits: what differs by less is equal

/**
 * The rows of a board by their PSD score in a band, best first; equal scores share a place. Rows without a spectrum have no
 * place and stand last, by name.
 */
export function rankByBand(
  rows: readonly LeaderboardRow[],
  bands: BoardBands,
  selection: BandSelection,
): BandRow[] {
  const entries = new Map(bands.entries.map((entry) => [entry.evaluationId, entry]));
  const scored = rows.map((row) => {
    const entry = entries.get(row.evaluationId);
    return {
      row,
      score: entry === undefined ? null : bandScore(bands.truthPower, entry.errorRatio, selection),
    };
  });
  scored.sort((left, right) => {
    if (left.score !== null && right.score !== null && left.score !== right.score)
      return right.score - left.score;
    if ((left.score === null) !== (right.score === null)) return left.score === null ? 1 : -1;
    return left.row.method < right.row.method ? -1 : left.row.method > right.row.method ? 1 : 0;
  });
  let place = 0;
  let placeScore = Number.POSITIVE_INFINITY;
  return scored.map(({ row, score }, index) => {
    if (score === null) return { row, score, place: null };
    if (placeScore - score > SAME_SCORE) {
      place = index + 1;
      placeScore = score;
    }
    return { row, score, place };
  });
}

/** The PSD score of an entry by wavelength, over all periods together: what a curve is drawn of. */
export function bandCurve(bands: BoardBands, evaluationId: string): { x: number; y: number }[] {
  const { axes } = bands;
  const entry = bands.entries.find((item) => item.evaluationId === evaluationId);
  if (axes === null || entry === undefined) return [];
  const periodCount = bands.truthPower.length;
  return axes.wavelengthEdges.slice(1).flatMap((short, column) => {
    const y = bandScore(bands.truthPower, entry.errorRatio, {
      wavelength: [column, column + 1],
      period: [0, periodCount],
    });
    return y === null ? [] : [{ x: Math.sqrt(short * axes.wavelengthEdges[column]!), y }];
  });
}

export type Winner = { evaluationId: string; bandCount: number };

/** In how many bands each entry leads, the most first, and in how many nobody resolves the truth. */
export function countWinners({ winners, entries }: BoardBands): { leaders: Winner[]; nobody: number } {
  const counts = new Map<number, number>();
  let nobody = 0;
  for (const winner of winners.flat()) {
    if (winner === null) nobody += 1;
    else counts.set(winner, (counts.get(winner) ?? 0) + 1);
  }
  const leaders = [...counts]
    .flatMap(([index, bandCount]) => {
      const entry = entries[index];
      return entry === undefined ? [] : [{ evaluationId: entry.evaluationId, bandCount }];
    })
    .sort((left, right) => right.bandCount - left.bandCount);
  return { leaders, nobody };
}

/** `4.00–0.50° and 60.0–5.0 days`: the ends of a selection. */
export function bandText(
  { wavelengthEdges, wavelengthUnit, periodEdgesDays }: NonNullable<BoardBands['axes']>,
  selection: BandSelection,
): string {
  const [long, short] = selection.wavelength.map((index) => wavelengthEdges[index]!) as [number, number];
  const isKm = wavelengthUnit === 'km';
  const wavelengths = `${formatFixed(long, isKm ? 0 : 2)}–${formatFixed(short, isKm ? 0 : 2)}${isKm ? ' km' : '°'}`;
  if (periodEdgesDays === null) return wavelengths;
  const [slow, fast] = selection.period.map((index) => periodEdgesDays[index]!) as [number, number];
  return `${wavelengths} and ${formatFixed(slow, 1)}–${formatFixed(fast, 1)} days`;
}
