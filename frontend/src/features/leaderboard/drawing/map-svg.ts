import type { MapManifest } from '@sillage/contracts';
import {
  aspectOf,
  colourBarLabels,
  extentOf,
  isWide,
  latitudeTicks,
  longitudeTicks,
  paintFrame,
  paintLand,
  type ColourScale,
} from '../../../charts/maps/field-map.config';
import { isSameGrid, type MapPanel } from '../comparison/comparison-panels';
import { rgbPng } from './rgb-png';
import {
  CHARACTER_PX,
  FAINT,
  fixed,
  LINE_PX,
  MARGIN_PX,
  SMALL_PX,
  text,
  TEXT_PX,
  titleText,
  wrapped,
  type FigurePart,
} from './view-svg';

/** `--line` and `--land` of the page in its light theme: places without a value, and land. A test compares them. */
export const MISSING_COLOUR = '#dde5e8';
export const LAND_COLOUR = '#ddd8cc';

const AXIS_PX = { left: 40, below: 20 };
const GAP_PX = 18;
const NARROW = { columns: 3, plotPx: 230 };
const WIDE = { columns: 2, plotPx: 400 };
const LEAST_WIDTH_PX = 560;
const BAR_PX = { width: 300, height: 12 };
const BAR_STOPS = 32;

/** A map with the values of its day; null where it has none. */
export type DrawnPanel = MapPanel & { values: Int16Array | null };

export type MapFigure = {
  title: string;
  panels: readonly DrawnPanel[];
  /** Below the name of a panel: who sent it. */
  detailOf: (panel: DrawnPanel) => string;
  /** One for all panels, in metres; the bar is in centimetres. */
  scale: ColourScale;
  /** What the bar measures, e.g. `sea surface height`. */
  quantity: string;
  /** A frame of the reference on the grid of `manifest`, whose missing places are land; null: nothing is known of land. */
  land: { manifest: MapManifest; values: Int16Array } | null;
  notes: readonly string[];
};

/** Maps side by side on one colour scale, as the page draws them in its light theme: pictures of cells, all else as vectors. */
export function mapPart(figure: MapFigure): FigurePart {
  return { title: figure.title, draw: (top, index) => drawMaps(figure, top, index) };
}

function drawMaps(figure: MapFigure, top: number, index: number) {
  const { title, panels, detailOf, notes } = figure;
  const [first] = panels;
  const { columns, plotPx } =
    first !== undefined && isWide(aspectOf(extentOf(first.manifest))) ? WIDE : NARROW;
  const shownColumns = Math.min(columns, Math.max(1, panels.length));
  const width = Math.max(
    LEAST_WIDTH_PX,
    2 * MARGIN_PX + shownColumns * (AXIS_PX.left + plotPx) + (shownColumns - 1) * GAP_PX,
  );
  const svg: string[] = [];
  const heading = titleText(title, top + TEXT_PX + 4, width);
  svg.push(heading.svg);
  let y = heading.bottom + 12;
  for (let from = 0; from < panels.length; from += columns) {
    const row = panels.slice(from, from + columns);
    const heads = row.map((panel) => headOf(panel.title, detailOf(panel), plotPx));
    const headHeight = Math.max(...heads.map((lines) => lines.length)) * LINE_PX;
    const plotHeights = row.map((panel) => plotPx / aspectOf(extentOf(panel.manifest)));
    for (const [column, panel] of row.entries()) {
      const left = MARGIN_PX + AXIS_PX.left + column * (AXIS_PX.left + plotPx + GAP_PX);
      for (const [number, line] of heads[column]!.entries())
        svg.push(text(line.text, left, y + (number + 1) * LINE_PX - 2, line.options));
      svg.push(
        drawPanel(panel, figure, {
          left,
          top: y + headHeight + 6,
          width: plotPx,
          height: plotHeights[column]!,
        }),
      );
    }
    y += headHeight + 6 + Math.max(...plotHeights) + AXIS_PX.below + GAP_PX;
  }
  svg.push(drawBar(figure, y, index));
  y += BAR_PX.height + 2 * LINE_PX + 10;
  for (const note of notes) {
    for (const line of wrapped(note, (width - 2 * MARGIN_PX) / (SMALL_PX * CHARACTER_PX * 0.92))) {
      svg.push(text(line, MARGIN_PX, y, { size: SMALL_PX, fill: FAINT }));
      y += LINE_PX - 2;
    }
  }
  return { svg: svg.join('\n'), bottom: y, width };
}

type HeadLine = { text: string; options: NonNullable<Parameters<typeof text>[3]> };

function headOf(title: string, detail: string, widthPx: number): HeadLine[] {
  return [
    ...wrapped(title, widthPx / (TEXT_PX * CHARACTER_PX * 1.06)).map((line) => ({
      text: line,
      options: { weight: 600 },
    })),
    ...(detail === '' ? [] : wrapped(detail, widthPx / (SMALL_PX * CHARACTER_PX))).map((line) => ({
      text: line,
      options: { size: SMALL_PX, fill: FAINT },
    })),
  ];
}

type Frame = { left: number; top: number; width: number; height: number };

function drawPanel(panel: DrawnPanel, figure: MapFigure, { left, top, width, height }: Frame): string {
  const extent = extentOf(panel.manifest);
  const bottom = top + height;
  const x = (lonDeg: number) => left + ((lonDeg - extent.west) / (extent.east - extent.west)) * width;
  const y = (latDeg: number) => top + ((extent.north - latDeg) / (extent.north - extent.south)) * height;
  const svg = [
    panel.values === null
      ? `<rect x="${fixed(left)}" y="${fixed(top)}" width="${fixed(width)}" height="${fixed(height)}" fill="${MISSING_COLOUR}"/>${text('no map of this day', left + width / 2, top + height / 2, { anchor: 'middle', fill: FAINT })}`
      : `<image x="${fixed(left)}" y="${fixed(top)}" width="${fixed(width)}" height="${fixed(height)}" preserveAspectRatio="none" image-rendering="pixelated" href="data:image/png;base64,${pictureOf(panel, panel.values, figure).toString('base64')}"/>`,
  ];
  for (const { value, label } of longitudeTicks(extent, Math.max(2, width / 60))) {
    const at = Math.max(left + 12, Math.min(left + width - 12, x(value)));
    svg.push(
      `<path d="M${fixed(x(value))} ${fixed(bottom)}v4" stroke="${FAINT}"/>`,
      text(label, at, bottom + 16, { anchor: 'middle', size: SMALL_PX, fill: FAINT }),
    );
  }
  for (const { value, label } of latitudeTicks(extent, Math.max(2, height / 44))) {
    svg.push(
      `<path d="M${fixed(left)} ${fixed(y(value))}h-4" stroke="${FAINT}"/>`,
      text(label, left - 6, Math.max(top + 8, y(value) + 4), { anchor: 'end', size: SMALL_PX, fill: FAINT }),
    );
  }
  svg.push(
    `<rect x="${fixed(left)}" y="${fixed(top)}" width="${fixed(width)}" height="${fixed(height)}" fill="none" stroke="${FAINT}"/>`,
  );
  return svg.join('\n');
}

/** A pixel for each cell, north at the top; land over the field, as on the page. */
function pictureOf(panel: DrawnPanel, values: Int16Array, { scale, land }: MapFigure): Buffer {
  const { manifest, layer } = panel;
  const size = { latCount: manifest.latDeg.length, lonCount: manifest.lonDeg.length };
  const pixels = paintFrame(values, layer, scale, size);
  const over =
    land !== null && isSameGrid(manifest, land.manifest)
      ? paintLand(land.values, rgbOfHex(LAND_COLOUR), size)
      : null;
  const missing = rgbOfHex(MISSING_COLOUR);
  for (let at = 0; at < pixels.length; at += 4) {
    if (over !== null && over[at + 3] === 255) pixels.set(over.subarray(at, at + 4), at);
    else if (pixels[at + 3] === 0) pixels.set([...missing, 255], at);
  }
  return rgbPng(pixels, { width: size.lonCount, height: size.latCount });
}

function rgbOfHex(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The bar of all maps: beyond its ends where any of them is beyond. */
function drawBar({ panels, scale, quantity }: MapFigure, top: number, index: number): string {
  const { table } = scale.map;
  const stops = Array.from({ length: BAR_STOPS + 1 }, (_, number) => {
    const entry = Math.round((255 * number) / BAR_STOPS) * 3;
    return `<stop offset="${number / BAR_STOPS}" stop-color="rgb(${table[entry]},${table[entry + 1]},${table[entry + 2]})"/>`;
  });
  const [low, middle, high] = colourBarLabels(
    {
      min: Math.min(...panels.map(({ layer }) => layer.min)),
      max: Math.max(...panels.map(({ layer }) => layer.max)),
    },
    scale,
  );
  const left = MARGIN_PX + AXIS_PX.left;
  const below = top + BAR_PX.height + LINE_PX - 2;
  const label = (value: string, part: number) =>
    text(value, left + part * BAR_PX.width, below, { anchor: 'middle', size: SMALL_PX });
  return [
    `<defs><linearGradient id="heights-${index}">${stops.join('')}</linearGradient></defs>`,
    `<rect x="${left}" y="${fixed(top)}" width="${BAR_PX.width}" height="${BAR_PX.height}" fill="url(#heights-${index})" stroke="${FAINT}"/>`,
    label(low, 0),
    label(middle, 0.5),
    label(high, 1),
    text(quantity, left + BAR_PX.width + 28, top + BAR_PX.height - 1, { size: TEXT_PX - 1, fill: FAINT }),
  ].join('\n');
}
