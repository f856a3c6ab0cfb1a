import type { Swath, SwathLines } from '@sillage/netcdf';
import { LONGEST_PAUSE_S } from './along-track-averages.js';
import { ObservationCollector, type Observations } from './observations.js';

/** km: 15 × 6 cells of 2 km, the blocks of the 2020a baseline, in files of any posting. */
const BLOCK_ALONG_KM = 30;
const BLOCK_ACROSS_KM = 12;
/** Cells of a block across the track where the file does not say how wide a cell is. */
const BLOCK_CELLS = 6;
/** km/s: speed of SWOT's point below on the ground (40 075 km in 6174 s). */
const GROUND_SPEED_KM_S = 6.5;
const SECONDS_PER_DAY = 86_400;
/** Cells that are held at once: 40 MiB in five columns. */
const CELLS_PER_READ = 1_000_000;

/**
 * Averages a wide swath over blocks of about 30 km along and 12 km across the track, which never span the gap between
 * the two sides of the swath or a pause in time. Missing cells are left out.
 *
 * Source: `coarsen(time=15, nC=6, boundary='trim').mean()` in notebooks/baseline_oi.ipynb of the 2020a challenge.
 * Differs: blocks are measured in km, are equal across one side (four or five instead of four and a remainder that
 * reaches over the gap), and the last lines of a piece of swath are a smaller block instead of being dropped.
 *
 * @param period - days since 1950; lines outside are not read.
 */
export async function averagedSwath(
  swath: Swath,
  period: { firstDays: number; lastDays: number },
  onLines?: (fraction: number) => void | Promise<void>,
): Promise<Observations> {
  const cellBlocks = blocksAcross(swath);
  const lineBlocks = blocksAlong(swath.timeDays, period);
  const linesPerRead = Math.max(1, Math.floor(CELLS_PER_READ / Math.max(1, swath.cellCount)));
  let means: ObservationCollector | null = null;
  for (let block = 0; block < lineBlocks.length;) {
    const first = lineBlocks[block]!.start;
    let next = block + 1;
    while (next < lineBlocks.length && lineBlocks[next]!.end - first <= linesPerRead) next++;
    const lines = await swath.readLines(first, lineBlocks[next - 1]!.end - first);
    means ??= new ObservationCollector(lines.sshObservedM !== null);
    for (; block < next; block++) {
      for (const cells of cellBlocks) averageBlock(means, lines, lineBlocks[block]!, cells, swath.cellCount);
    }
    await onLines?.(block / lineBlocks.length);
  }
  return (means ?? new ObservationCollector(true)).observations();
}

type Span = { start: number; end: number };

function averageBlock(
  means: ObservationCollector,
  lines: SwathLines,
  lineSpan: Span,
  cellSpan: Span,
  cellCount: number,
): void {
  for (let line = lineSpan.start; line < lineSpan.end; line++) {
    for (let cell = cellSpan.start; cell < cellSpan.end; cell++) {
      const index = (line - lines.lineStart) * cellCount + cell;
      const sshM = lines.sshM[index]!;
      if (!Number.isFinite(sshM)) continue;
      const observedM = lines.sshObservedM?.[index] ?? Number.NaN;
      const timeDays = lines.timeDays[line - lines.lineStart]!;
      means.add(timeDays, lines.latDeg[index]!, lines.lonDeg[index]!, sshM, observedM);
    }
  }
  means.endGroup();
}

/** Neighbouring cells that are averaged: each side of the swath in equal blocks. */
export function blocksAcross(swath: Pick<Swath, 'acrossTrackKm' | 'cellCount'>): Span[] {
  const { acrossTrackKm, cellCount } = swath;
  const sides = acrossTrackKm === null ? [{ start: 0, end: cellCount }] : sidesOf(acrossTrackKm);
  return sides.flatMap(({ start, end }) => {
    const count = end - start;
    const widthKm =
      acrossTrackKm === null || count < 2
        ? (BLOCK_ACROSS_KM / BLOCK_CELLS) * count
        : (Math.abs(acrossTrackKm[end - 1]! - acrossTrackKm[start]!) * count) / (count - 1);
    const blocks = Math.min(count, Math.max(1, Math.round(widthKm / BLOCK_ACROSS_KM)));
    const edge = (block: number): number => start + Math.round((block * count) / blocks);
    return Array.from({ length: blocks }, (_, block) => ({ start: edge(block), end: edge(block + 1) }));
  });
}

/** Runs of cells without a gap wider than one and a half of the smallest step. */
function sidesOf(acrossTrackKm: Float64Array): Span[] {
  const step = (index: number): number => Math.abs(acrossTrackKm[index]! - acrossTrackKm[index - 1]!);
  let smallest = Infinity;
  for (let index = 1; index < acrossTrackKm.length; index++) smallest = Math.min(smallest, step(index));
  const sides: Span[] = [];
  let start = 0;
  for (let index = 1; index <= acrossTrackKm.length; index++) {
    if (index < acrossTrackKm.length && step(index) <= 1.5 * smallest) continue;
    sides.push({ start, end: index });
    start = index;
  }
  return acrossTrackKm.length === 0 ? [] : sides;
}

/** Consecutive lines that are averaged, inside a period. */
export function blocksAlong(
  timeDays: Float64Array,
  { firstDays, lastDays }: { firstDays: number; lastDays: number },
): Span[] {
  const longestS = BLOCK_ALONG_KM / GROUND_SPEED_KM_S;
  const secondsBetween = (from: number, to: number): number =>
    (timeDays[to]! - timeDays[from]!) * SECONDS_PER_DAY;
  const blocks: Span[] = [];
  let start = 0;
  while (start < timeDays.length && timeDays[start]! < firstDays) start++;
  for (let line = start + 1; line <= timeDays.length && start < timeDays.length; line++) {
    if (timeDays[start]! > lastDays) break;
    const continues =
      line < timeDays.length &&
      timeDays[line]! <= lastDays &&
      secondsBetween(line - 1, line) <= LONGEST_PAUSE_S &&
      // half a line of tolerance: fifteen lines of 0.3126 s span fourteen steps
      secondsBetween(start, line) < longestS - 0.5 * secondsBetween(line - 1, line);
    if (continues) continue;
    blocks.push({ start, end: line });
    start = line;
  }
  return blocks;
}
