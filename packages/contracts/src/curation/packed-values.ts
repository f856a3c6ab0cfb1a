/** Of heights as int16: the raw value where there is none, also in the frames of maps, and the largest in both directions. */
export const MISSING_RAW = -32_768;
export const LARGEST_RAW = 32_767;

/** A small field, `[lat, lon]`, both ascending: value = raw · scale + offset; the raw values are in `values`. */
export type PackedHeights = {
  latCount: number;
  lonCount: number;
  scale: number;
  offset: number;
  values: string;
};

/** Of a field of so many heights. */
export const packedHeightsLength = (count: number): number => base64Length(2 * count);

/** Longitude, latitude and height as float32, which keeps a hundred-thousandth of a degree. */
const POINT_BYTES = 12;
/** Of so many points. */
export const packedPointsLength = (count: number): number => base64Length(POINT_BYTES * count);

/** The raw values of heights in metres, as `values` of a field; missing is what is no number. */
export function packHeights(
  heightsM: ArrayLike<number>,
  { scale, offset }: Pick<PackedHeights, 'scale' | 'offset'>,
): string {
  const view = new DataView(new ArrayBuffer(2 * heightsM.length));
  for (let node = 0; node < heightsM.length; node += 1) {
    const raw = Math.round((heightsM[node]! - offset) / scale);
    view.setInt16(2 * node, Number.isFinite(raw) ? within(raw) : MISSING_RAW, true);
  }
  return toBase64(view);
}

const within = (raw: number): number => Math.max(-LARGEST_RAW, Math.min(LARGEST_RAW, raw));

/** The raw values of a field, `[lat, lon]`. */
export function unpackHeights({ latCount, lonCount, values }: PackedHeights): Int16Array {
  const view = fromBase64(values);
  if (view.byteLength !== 2 * latCount * lonCount)
    throw new RangeError(
      `a field has ${view.byteLength} bytes, need two for each of ${latCount} × ${lonCount} heights`,
    );
  return Int16Array.from({ length: latCount * lonCount }, (_, node) => view.getInt16(2 * node, true));
}

/** One place of a track: degrees and metres. */
export type PackedPoint = { lonDeg: number; latDeg: number; heightM: number };

export function packPoints(points: readonly PackedPoint[]): string {
  const view = new DataView(new ArrayBuffer(POINT_BYTES * points.length));
  points.forEach(({ lonDeg, latDeg, heightM }, index) => {
    view.setFloat32(POINT_BYTES * index, lonDeg, true);
    view.setFloat32(POINT_BYTES * index + 4, latDeg, true);
    view.setFloat32(POINT_BYTES * index + 8, heightM, true);
  });
  return toBase64(view);
}

export function unpackPoints(text: string): PackedPoint[] {
  const view = fromBase64(text);
  if (view.byteLength % POINT_BYTES !== 0)
    throw new RangeError(`a track has ${view.byteLength} bytes, need ${POINT_BYTES} for each of its points`);
  return Array.from({ length: view.byteLength / POINT_BYTES }, (_, index) => ({
    lonDeg: view.getFloat32(POINT_BYTES * index, true),
    latDeg: view.getFloat32(POINT_BYTES * index + 4, true),
    heightM: view.getFloat32(POINT_BYTES * index + 8, true),
  }));
}

// What Node and browsers both have, and the language itself does not.
declare function btoa(bytes: string): string;
declare function atob(text: string): string;

function toBase64(view: DataView): string {
  let bytes = '';
  for (let index = 0; index < view.byteLength; index += 1) bytes += String.fromCharCode(view.getUint8(index));
  return btoa(bytes);
}

function fromBase64(text: string): DataView {
  const bytes = atob(text);
  const view = new DataView(new ArrayBuffer(bytes.length));
  for (let index = 0; index < bytes.length; index += 1) view.setUint8(index, bytes.charCodeAt(index));
  return view;
}

function base64Length(byteCount: number): number {
  return Math.ceil(byteCount / 3) * 4;
}
