/** Boxes with an effective resolution of their own; they overlap and cover their area evenly. Degrees. */
export type ResolutionBoxes = {
  readonly sizeDeg: number;
  /** South-western corners, ascending. */
  readonly southDeg: readonly number[];
  readonly westDeg: readonly number[];
};

/** Areas at least this wide and high have the large boxes. */
const LARGE_AREA_DEG = 20;
const LARGE_BOX_DEG = 10;
const SMALL_BOX_DEG = 5;
/** Share of a size: round-off of coordinates. */
const TOLERANCE = 1e-6;

/**
 * Side of the boxes, degrees: 10° where the area has room for a map of them, else 5°. A box of W tells wavelengths up to W/2: 5° is
 * what an area of 10° can be divided by and still tell the λx of its methods.
 *
 * @returns null where the area is smaller than a box.
 */
export function resolutionBoxSizeDeg(span: { latDeg: number; lonDeg: number }): number | null {
  const least = Math.min(span.latDeg, span.lonDeg) + TOLERANCE;
  if (least >= LARGE_AREA_DEG) return LARGE_BOX_DEG;
  return least >= SMALL_BOX_DEG ? SMALL_BOX_DEG : null;
}

/**
 * Where boxes start along an axis: spread evenly from one end to the other, half a box apart or closer.
 *
 * @param span - length of the axis, at least `size`; any unit.
 */
export function overlappingStarts(span: number, size: number): number[] {
  const slack = span - size;
  const count = Math.max(0, Math.ceil(slack / (size / 2) - TOLERANCE)) + 1;
  return Array.from({ length: count }, (_, index) => (count === 1 ? 0 : (slack * index) / (count - 1)));
}

/** Boxes of an area, degrees; null where it is smaller than one. */
export function resolutionBoxes(area: {
  south: number;
  north: number;
  west: number;
  east: number;
}): ResolutionBoxes | null {
  const span = { latDeg: area.north - area.south, lonDeg: area.east - area.west };
  const sizeDeg = resolutionBoxSizeDeg(span);
  if (sizeDeg === null) return null;
  return {
    sizeDeg,
    southDeg: overlappingStarts(span.latDeg, sizeDeg).map((start) => area.south + start),
    westDeg: overlappingStarts(span.lonDeg, sizeDeg).map((start) => area.west + start),
  };
}
