/** A colour as red, green, blue in 0…255. */
export type Rgb = readonly [number, number, number];

/** A lookup table of 256 colours, three bytes each. */
export type ColourMap = { name: string; table: Uint8Array };

const SIZE = 256;

/*
 * Control points follow the cmocean colour maps (Thyng et al. 2016, doi 10.5670/oceanog.2016.66, MIT licence):
 * perceptually even, readable with colour-vision deficiency, in the use the ocean community knows.
 */
const BALANCE: readonly Rgb[] = [
  [23, 28, 66], [41, 58, 143], [11, 102, 189], [69, 144, 185], [142, 181, 194], [210, 216, 219],
  [230, 210, 204], [213, 157, 137], [196, 101, 72], [172, 43, 36], [120, 14, 40], [60, 9, 17],
]; // oxfmt-ignore
const AMP: readonly Rgb[] = [
  [241, 236, 236], [230, 209, 203], [221, 182, 170], [213, 156, 137], [205, 129, 103], [196, 102, 73],
  [186, 74, 47], [172, 44, 36], [149, 19, 39], [120, 14, 40], [89, 13, 31], [60, 9, 17],
]; // oxfmt-ignore
const DEEP: readonly Rgb[] = [
  [253, 253, 204], [206, 236, 179], [156, 219, 165], [111, 201, 163], [86, 177, 163], [76, 153, 160],
  [68, 130, 155], [62, 108, 150], [62, 82, 143], [64, 60, 115], [54, 43, 77], [39, 26, 44],
]; // oxfmt-ignore

const HALINE: readonly Rgb[] = [
  [41, 24, 107], [42, 35, 160], [15, 71, 153], [18, 95, 142], [38, 116, 137], [53, 136, 136],
  [65, 157, 133], [81, 178, 124], [111, 198, 107], [160, 214, 91], [212, 225, 112], [253, 238, 153],
]; // oxfmt-ignore
const SPEED: readonly Rgb[] = [
  [254, 252, 205], [239, 225, 156], [221, 201, 106], [194, 182, 59], [157, 167, 21], [116, 153, 5],
  [75, 138, 20], [35, 121, 36], [11, 100, 44], [18, 78, 43], [25, 56, 34], [23, 35, 18],
]; // oxfmt-ignore

/** Diverging, for what has a sign: errors, differences, vorticity. */
export const balance = fromControlPoints('balance', BALANCE);
/** Sequential from nothing to much, for magnitudes such as RMSE. */
export const amp = fromControlPoints('amp', AMP);
/** Sequential, for heights: their zero means nothing. */
export const haline = fromControlPoints('haline', HALINE);
/** Sequential from nothing to much, for gradients. */
export const speed = fromControlPoints('speed', SPEED);
/** Sequential, for a score from 0 to 1. */
export const deep = fromControlPoints('deep', DEEP);

/** Straight lines between evenly spaced control points, in linear light so that the middle does not darken. */
export function fromControlPoints(name: string, points: readonly Rgb[]): ColourMap {
  const table = new Uint8Array(SIZE * 3);
  for (let index = 0; index < SIZE; index += 1) {
    const position = (index / (SIZE - 1)) * (points.length - 1);
    const left = Math.min(Math.floor(position), points.length - 2);
    const part = position - left;
    for (let channel = 0; channel < 3; channel += 1) {
      const from = toLinear(points[left]![channel]!);
      const to = toLinear(points[left + 1]![channel]!);
      table[index * 3 + channel] = Math.round(fromLinear(from + (to - from) * part));
    }
  }
  return { name, table };
}

function toLinear(value: number): number {
  return (value / 255) ** 2.2;
}

function fromLinear(value: number): number {
  return 255 * value ** (1 / 2.2);
}

/** Index of a value in a table that spans `min`…`max`; values outside take the colour of the end. */
export function colourIndex(value: number, min: number, max: number): number {
  if (max <= min) return SIZE / 2;
  const part = (value - min) / (max - min);
  return Math.max(0, Math.min(SIZE - 1, Math.round(part * (SIZE - 1))));
}

export function colourAt(map: ColourMap, part: number): string {
  const offset = colourIndex(part, 0, 1) * 3;
  return `rgb(${map.table[offset]}, ${map.table[offset + 1]}, ${map.table[offset + 2]})`;
}

/** A CSS gradient of the whole map, for its colour bar. */
export function colourGradient(map: ColourMap, direction = 'to right'): string {
  const stops = Array.from({ length: 17 }, (_, index) => colourAt(map, index / 16));
  return `linear-gradient(${direction}, ${stops.join(', ')})`;
}
