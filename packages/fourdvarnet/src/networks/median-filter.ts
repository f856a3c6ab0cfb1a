/** Maps of one size, lat the slower axis. */
type Maps = { readonly lat: number; readonly lon: number };

/**
 * The median of the `width` × `width` nodes around each node, map by map: 0 counts for what lies beyond the edge. A window that
 * holds NaN gives NaN.
 *
 * @param maps - any unit, `[..., lat, lon]`.
 * @param width - nodes, odd; 1 changes nothing.
 * @returns a new array of the same shape.
 * Source: `median_blur` of kornia, as `LitModelAugstate` of CIA-Oceanix/4dvarnet-core applies it to the anomaly and OI together,
 *   once, after the last cascade.
 */
export function medianFiltered(maps: Float32Array, { lat, lon }: Maps, width: number): Float32Array {
  if (!Number.isInteger(width) || width < 1 || width % 2 === 0)
    throw new RangeError(`a median filter of width ${width}: needs an odd number from 1 up`);
  if (width === 1) return maps.slice();
  const reach = (width - 1) / 2;
  const result = new Float32Array(maps.length);
  const window = new Float32Array(width * width);
  for (let start = 0; start < maps.length; start += lat * lon) {
    for (let y = 0; y < lat; y++) {
      for (let x = 0; x < lon; x++) {
        window.fill(0);
        let seen = 0;
        for (let row = Math.max(0, y - reach); row <= Math.min(lat - 1, y + reach); row++) {
          const from = start + row * lon;
          for (let column = Math.max(0, x - reach); column <= Math.min(lon - 1, x + reach); column++)
            window[seen++] = maps[from + column]!;
        }
        window.sort(); // by value, NaN last
        result[start + y * lon + x] = Number.isNaN(window.at(-1)) ? Number.NaN : window[window.length >> 1]!;
      }
    }
  }
  return result;
}
