import { colourIndex, palette, type ColourScaleName } from '../../drawing/colour-scale.js';
import { pngImage } from '../../drawing/png-image.js';

/** Fields side by side, each with its colour bar; every field is [row, column], the first row at the bottom. */
export type FieldPanel = {
  title: string;
  values: ArrayLike<number>;
  columnCount: number;
  rowCount: number;
  x: Axis;
  y: Axis;
  scale: ColourScaleName;
  /** Values at both ends of the colours, and the label of the bar with its unit. */
  range: readonly [number, number];
  barLabel: string;
  /** Width over height of the drawn field. */
  aspect: number;
  /** A straight line over the field, in the units of the axes. */
  line?: { from: readonly [number, number]; to: readonly [number, number]; label: string };
};

export type Axis = { from: number; to: number; label: string; ticks: readonly number[] };

export type Curve = {
  label: string;
  colour: string;
  dash?: string;
  points: readonly (readonly [number, number])[];
};

const FONT = 'font-family="DejaVu Sans, Verdana, sans-serif"';
const PANEL_HEIGHT = 300;
const MARGIN = { left: 56, right: 78, top: 34, bottom: 44 };

/** Draws fields beside each other as one SVG; the pixels are an embedded PNG. */
export function fieldFigure(title: string, panels: readonly FieldPanel[]): string {
  let left = 0;
  const parts: string[] = [];
  for (const panel of panels) {
    parts.push(`<g transform="translate(${left} 26)">${fieldPanel(panel)}</g>`);
    left += Math.round(MARGIN.left + PANEL_HEIGHT * panel.aspect + MARGIN.right);
  }
  return svg(left, MARGIN.top + PANEL_HEIGHT + MARGIN.bottom + 26, title, parts.join('\n'));
}

function fieldPanel(panel: FieldPanel): string {
  const { values, columnCount, rowCount, x, y, range } = panel;
  const width = Math.round(PANEL_HEIGHT * panel.aspect);
  const indices = new Uint8Array(rowCount * columnCount);
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) {
      const value = values[(rowCount - 1 - row) * columnCount + column]!;
      indices[row * columnCount + column] = colourIndex(value, range);
    }
  }
  const colours = palette(panel.scale);
  const picture = pngImage({ width: columnCount, height: rowCount, indices, palette: colours });
  const bar = pngImage({
    width: 1,
    height: 255,
    indices: Uint8Array.from({ length: 255 }, (_, index) => 254 - index),
    palette: colours,
  });
  const toX = (value: number): number => MARGIN.left + ((value - x.from) / (x.to - x.from)) * width;
  const toY = (value: number): number =>
    MARGIN.top + PANEL_HEIGHT - ((value - y.from) / (y.to - y.from)) * PANEL_HEIGHT;
  const barX = MARGIN.left + width + 10;
  const barTicks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = range[0] + share * (range[1] - range[0]);
    const place = MARGIN.top + PANEL_HEIGHT * (1 - share);
    return text(barX + 18, place + 4, readable(value), 'start', 10);
  });
  const line =
    panel.line === undefined
      ? ''
      : `<line x1="${px(toX(panel.line.from[0]))}" y1="${px(toY(panel.line.from[1]))}" x2="${px(toX(panel.line.to[0]))}" y2="${px(toY(panel.line.to[1]))}" stroke="#000" stroke-width="2" stroke-dasharray="6 4"/>` +
        text(toX(panel.line.to[0]) + 6, toY(panel.line.to[1]) + 14, panel.line.label, 'start', 11);
  return [
    text(MARGIN.left + width / 2, MARGIN.top - 10, panel.title, 'middle', 13),
    image(picture, MARGIN.left, MARGIN.top, width, PANEL_HEIGHT),
    image(bar, barX, MARGIN.top, 12, PANEL_HEIGHT),
    frame(MARGIN.left, MARGIN.top, width, PANEL_HEIGHT),
    ...barTicks,
    verticalText(barX + 62, MARGIN.top + PANEL_HEIGHT / 2, panel.barLabel),
    ...x.ticks.map(
      (tick) =>
        tickAt(toX(tick), MARGIN.top + PANEL_HEIGHT, 'x') +
        text(toX(tick), MARGIN.top + PANEL_HEIGHT + 16, readable(tick), 'middle', 10),
    ),
    ...y.ticks.map(
      (tick) =>
        tickAt(MARGIN.left, toY(tick), 'y') + text(MARGIN.left - 7, toY(tick) + 4, readable(tick), 'end', 10),
    ),
    text(MARGIN.left + width / 2, MARGIN.top + PANEL_HEIGHT + 34, x.label, 'middle', 11),
    verticalText(14, MARGIN.top + PANEL_HEIGHT / 2, y.label),
    line,
  ].join('\n');
}

/** Draws curves on two logarithmic axes, whose ticks are powers of ten, with a legend on the right. */
export function logarithmicFigure(
  title: string,
  curves: readonly Curve[],
  axes: { x: Axis; y: Axis },
): string {
  const width = 460;
  const height = 420;
  const left = 80;
  const top = 40;
  const place = (value: number, axis: Axis): number =>
    (Math.log10(value) - Math.log10(axis.from)) / (Math.log10(axis.to) - Math.log10(axis.from));
  const toX = (value: number): number => left + place(value, axes.x) * width;
  const toY = (value: number): number => top + height * (1 - place(value, axes.y));
  const lines = curves.map(({ points, colour, dash }) => {
    const inside = points.filter(
      ([x, y]) => x >= axes.x.from && x <= axes.x.to && y >= axes.y.from && y <= axes.y.to,
    );
    const path = inside.map(([x, y]) => `${px(toX(x))},${px(toY(y))}`).join(' ');
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.8"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`} points="${path}"/>`;
  });
  const legend = curves.map(({ label, colour, dash }, index) => {
    const y = top + 14 + index * 20;
    const x = left + width + 16;
    return (
      `<line x1="${x}" y1="${y}" x2="${x + 26}" y2="${y}" stroke="${colour}" stroke-width="2"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}/>` +
      text(x + 32, y + 4, label, 'start', 11)
    );
  });
  const ticks = [
    ...axes.x.ticks.map(
      (tick) =>
        tickAt(toX(tick), top + height, 'x') +
        text(toX(tick), top + height + 18, readable(tick), 'middle', 10),
    ),
    ...axes.y.ticks.map(
      (tick) => tickAt(left, toY(tick), 'y') + text(left - 8, toY(tick) + 4, power(tick), 'end', 10),
    ),
  ];
  return svg(
    left + width + 260,
    top + height + 56,
    title,
    [
      frame(left, top, width, height),
      ...ticks,
      ...lines,
      ...legend,
      text(left + width / 2, top + height + 40, axes.x.label, 'middle', 11),
      verticalText(18, top + height / 2, axes.y.label),
    ].join('\n'),
  );
}

function svg(width: number, height: number, title: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${text(width / 2, 20, title, 'middle', 14)}
${content}
</svg>
`;
}

function image(png: Buffer, x: number, y: number, width: number, height: number): string {
  return `<image x="${px(x)}" y="${px(y)}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,${png.toString('base64')}"/>`;
}

function frame(x: number, y: number, width: number, height: number): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${width}" height="${height}" fill="none" stroke="#222"/>`;
}

function tickAt(x: number, y: number, axis: 'x' | 'y'): string {
  return axis === 'x'
    ? `<line x1="${px(x)}" y1="${px(y)}" x2="${px(x)}" y2="${px(y + 4)}" stroke="#222"/>`
    : `<line x1="${px(x - 4)}" y1="${px(y)}" x2="${px(x)}" y2="${px(y)}" stroke="#222"/>`;
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end',
  size: number,
): string {
  return `<text x="${px(x)}" y="${px(y)}" ${FONT} font-size="${size}" text-anchor="${anchor}" fill="#222">${escaped(content)}</text>`;
}

function verticalText(x: number, y: number, content: string): string {
  return `<text transform="translate(${px(x)} ${px(y)}) rotate(-90)" ${FONT} font-size="11" text-anchor="middle" fill="#222">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Coordinates to a tenth of a pixel: short, and the same text everywhere. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function readable(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

function power(value: number): string {
  return `1e${Math.round(Math.log10(value))}`.replace('-', '−');
}
