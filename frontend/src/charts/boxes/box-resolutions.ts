import type { BoxResolutionView, ResolutionByBox, UnresolvedBoxReason } from '@sillage/contracts';
import { formatFixed, formatLatitude, formatLongitude } from '../../lib/format-number';

/** A box of the scored area. */
export type Box = { southDeg: number; northDeg: number; westDeg: number; eastDeg: number };

/** Of a wavelength on the page. */
export type WavelengthUnit = 'deg' | 'km';

/** λ of one box, or the word that stands instead of it. */
export type Resolution =
  | { value: number; reason: null }
  | { value: null; reason: UnresolvedBoxReason; bound: number | null };

/** A box of an entry, and what another entry has there. */
export type ResolutionComparison = Box & {
  row: number;
  column: number;
  pieceCount: number;
  own: Resolution;
  other: Resolution | null;
  /** λ of the entry less that of the other; positive where it loses. Null unless both have a number. */
  loss: number | null;
};

/** Whether two entries were computed over the same boxes and wavelengths. */
export function hasSameBoxes(first: ResolutionByBox, second: ResolutionByBox): boolean {
  const same = (left: readonly number[], right: readonly number[]) =>
    left.length === right.length && left.every((value, index) => value === right[index]);
  return (
    first.direction === second.direction &&
    first.sizeDeg === second.sizeDeg &&
    same(first.latDeg, second.latDeg) &&
    same(first.lonDeg, second.lonDeg) &&
    same(first.wavelength, second.wavelength)
  );
}

/** The units that the wavelengths of some boxes can be told in; the protocol's own comes first. */
export function unitsOf({ unit }: ResolutionByBox): WavelengthUnit[] {
  return unit === 'deg' ? ['deg', 'km'] : ['km'];
}

/** Every box, by rows from the south; those without a number too. */
export function resolutionComparisons(
  own: ResolutionByBox,
  other: ResolutionByBox | null,
  unit: WavelengthUnit,
): ResolutionComparison[] {
  const half = own.sizeDeg / 2;
  return own.boxes.map((box, index) => {
    const row = Math.floor(index / own.lonDeg.length);
    const column = index % own.lonDeg.length;
    const [lat, lon] = [own.latDeg[row] ?? Number.NaN, own.lonDeg[column] ?? Number.NaN];
    const mine = resolutionOf(own, box, unit);
    const theirs = other === null ? null : resolutionOf(other, other.boxes[index], unit);
    return {
      row,
      column,
      southDeg: lat - half,
      northDeg: lat + half,
      westDeg: lon - half,
      eastDeg: lon + half,
      pieceCount: box.pieceCount,
      own: mine,
      other: theirs,
      loss:
        mine.value === null || theirs === null || theirs.value === null ? null : mine.value - theirs.value,
    };
  });
}

/** λ of a box in a unit, with the bound that it lies beyond where there is none. */
export function resolutionOf(
  boxes: ResolutionByBox,
  box: BoxResolutionView | undefined,
  unit: WavelengthUnit,
): Resolution {
  if (box === undefined) return { value: null, reason: 'too-few-pieces', bound: null };
  const factor = boxes.unit === unit ? 1 : box.kmPerDeg;
  const scaled = (value: number | undefined) =>
    value === undefined || factor === null ? null : value * factor;
  const value = box.wavelength === null ? null : scaled(box.wavelength);
  if (value !== null) return { value, reason: null };
  const reason = box.unresolved ?? 'undefined-spectrum';
  const bounds = {
    'longer-than-box': scaled(boxes.longestWavelength),
    'everything-resolved': scaled(boxes.wavelength.at(-1)),
    'too-few-pieces': null,
    'undefined-spectrum': null,
  };
  return { value: null, reason, bound: bounds[reason] };
}

export function decimalsOf(unit: WavelengthUnit): number {
  return unit === 'deg' ? 2 : 0;
}

/** `1.43`, `> 2.50`, `≤ 0.10`, `–`: what a box shows. */
export function resolutionText(resolution: Resolution, unit: WavelengthUnit): string {
  const decimals = decimalsOf(unit);
  if (resolution.value !== null) return formatFixed(resolution.value, decimals);
  const { reason, bound } = resolution;
  if (bound === null) return '–';
  return `${reason === 'everything-resolved' ? '≤' : '>'}\u202f${formatFixed(bound, decimals)}`;
}

const REASON_TEXTS: Record<UnresolvedBoxReason, string> = {
  'longer-than-box': 'longer than a box of this size tells, or nothing is resolved',
  'everything-resolved': 'the score stays above 0.5 down to the shortest wavelength',
  'too-few-pieces': 'not enough sea or passes of the satellite',
  'undefined-spectrum': 'the reference has no power at some wavelength',
};

/** `1.43°`, `> 2.50° (longer than …)`: the same in words. */
export function resolutionWords(resolution: Resolution, unit: WavelengthUnit): string {
  const text = resolutionText(resolution, unit);
  const withUnit = text === '–' ? text : `${text}${unit === 'deg' ? '°' : ' km'}`;
  return resolution.reason === null ? withUnit : `${withUnit} (${REASON_TEXTS[resolution.reason]})`;
}

/** Boxes where λ is longer than the other's, the largest ratio first; without another the longest λ. Boxes without a number never. */
export function longestOf(parts: readonly ResolutionComparison[], count = 5): ResolutionComparison[] {
  const weight = ({ own, other, loss }: ResolutionComparison): number | null => {
    if (own.value === null) return null;
    if (other === null) return own.value;
    return loss === null || other.value === null || loss <= 0 ? null : own.value / other.value;
  };
  return parts
    .flatMap((part) => {
      const size = weight(part);
      return size === null ? [] : [{ part, size }];
    })
    .toSorted((left, right) => right.size - left.size)
    .slice(0, count)
    .map(({ part }) => part);
}

/** How strong the colour of a box is, −1 … 1: negative gains, positive loses or is long; null has none. */
export function resolutionTint(
  part: ResolutionComparison,
  parts: readonly ResolutionComparison[],
): number | null {
  if (part.own.value === null) return null;
  const isCompared = parts.some(({ loss }) => loss !== null);
  if (isCompared) {
    const ratio = logRatio(part);
    if (ratio === null) return null;
    // Boxes differ by a tenth by chance: a fifth is the least that may have the full colour.
    const most = Math.max(Math.log(1.2), ...parts.map((other) => Math.abs(logRatio(other) ?? 0)));
    return ratio / most;
  }
  const values = parts.flatMap(({ own }) => (own.value === null ? [] : [Math.log(own.value)]));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (Math.log(part.own.value) - least) / Math.max(most - least, Math.log(1.2));
}

function logRatio({ own, other }: ResolutionComparison): number | null {
  return own.value === null || other === null || other.value === null
    ? null
    : Math.log(own.value / other.value);
}

/** `36°N–41°N, 60°W–55°W`; edges between degrees to a tenth. */
export function boxText({ southDeg, northDeg, westDeg, eastDeg }: Box): string {
  const edges = [southDeg, northDeg, westDeg, eastDeg];
  const decimals = edges.every((edge) => Math.abs(edge - Math.round(edge)) < 1e-6) ? 0 : 1;
  const [south, north, west, east] = edges.map((edge) => Number(edge.toFixed(4))) as [
    number,
    number,
    number,
    number,
  ];
  return `${formatLatitude(south, decimals)}–${formatLatitude(north, decimals)}, ${formatLongitude(west, decimals)}–${formatLongitude(east, decimals)}`;
}
