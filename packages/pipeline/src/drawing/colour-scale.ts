import type { Colour } from './png-image.js';

export type ColourScaleName = 'height' | 'temperature' | 'vorticity';

/** Colours from the least to the greatest value; between them they change linearly. */
const STOPS: Record<ColourScaleName, readonly Colour[]> = {
  // viridis at five places (matplotlib, CC0)
  height: [
    [68, 1, 84],
    [59, 82, 139],
    [33, 145, 140],
    [94, 201, 98],
    [253, 231, 37],
  ],
  // inferno at five places (matplotlib, CC0)
  temperature: [
    [0, 0, 4],
    [87, 16, 110],
    [188, 55, 84],
    [249, 142, 9],
    [252, 255, 164],
  ],
  // blue, white, red: none of them means "no value"
  vorticity: [
    [5, 48, 97],
    [67, 147, 195],
    [247, 247, 247],
    [214, 96, 77],
    [103, 0, 31],
  ],
};

const LEVEL_COUNT = 255;
const NO_VALUE: Colour = [176, 176, 176];

/** 255 colours of a scale, and grey for places without a value as the last one. */
export function palette(name: ColourScaleName): Colour[] {
  const stops = STOPS[name];
  const colours = Array.from({ length: LEVEL_COUNT }, (_, level): Colour => {
    const place = (level / (LEVEL_COUNT - 1)) * (stops.length - 1);
    const below = Math.min(stops.length - 2, Math.floor(place));
    const share = place - below;
    const mix = (part: 0 | 1 | 2): number =>
      Math.round(stops[below]![part] * (1 - share) + stops[below + 1]![part] * share);
    return [mix(0), mix(1), mix(2)];
  });
  return [...colours, NO_VALUE];
}

/** Number of the colour of a value on the scale from least to most; beyond them the last colour at that end. */
export function colourIndex(value: number, [least, most]: readonly [number, number]): number {
  if (Number.isNaN(value)) return LEVEL_COUNT;
  const level = Math.round(((value - least) / (most - least)) * (LEVEL_COUNT - 1));
  return Math.min(LEVEL_COUNT - 1, Math.max(0, level));
}
