/** An axis of a chart; `from` may be the larger end. */
export type ChartAxis = {
  scale: 'linear' | 'logarithmic';
  from: number;
  to: number;
  label: string;
  ticks: readonly { value: number; text: string }[];
};

export type ChartCurve = {
  label: string;
  colour: string;
  dash?: string;
  /** Points with a value that is not finite break the line. */
  points: readonly (readonly [number, number])[];
};

/** Where a chart's values lie on the paper, in px of the SVG. */
export type ChartPlace = { x: (value: number) => number; y: (value: number) => number };

const FONT = 'font-family="DejaVu Sans, Helvetica, Arial, sans-serif"';
export const PLOT = { left: 78, top: 58, width: 520, height: 330 } as const;
const MARGIN_BOTTOM = 66;
const MARGIN_RIGHT = 118;

/** Colours that stay apart for colour-blind readers. Source: Okabe and Ito (2008), https://jfly.uni-koeln.de/color/. */
export const CURVE_COLOURS = {
  blue: '#0072b2',
  vermilion: '#d55e00',
  green: '#009e73',
  grey: '#555555',
} as const;

/** One chart as an SVG of its own: title, axes with units, what `draw` puts between them, and a legend. */
export function chartSvg(chart: {
  title: string;
  subtitle: string;
  x: ChartAxis;
  y: ChartAxis;
  draw: (place: ChartPlace) => readonly string[];
  legend?: readonly Pick<ChartCurve, 'label' | 'colour' | 'dash'>[];
  /** Height of the plot where it is not that of a chart: maps keep the shape of the sea. */
  plotHeight?: number;
}): string {
  const { x, y } = chart;
  const height = chart.plotHeight ?? PLOT.height;
  const place: ChartPlace = {
    x: (value) => PLOT.left + position(value, x) * PLOT.width,
    y: (value) => PLOT.top + (1 - position(value, y)) * height,
  };
  const bottom = PLOT.top + height;
  const totalWidth = PLOT.left + PLOT.width + MARGIN_RIGHT;
  const totalHeight = bottom + MARGIN_BOTTOM;
  // A name of its own: several of these figures may stand in one page.
  const clip = `plot-${chart.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${totalWidth} ${px(totalHeight)}" width="${totalWidth}" height="${px(totalHeight)}" role="img">
<title>${escaped(`${chart.title}. ${chart.subtitle}`)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${text(PLOT.left, 24, chart.title, { size: 15, anchor: 'start' })}
${text(PLOT.left, 43, chart.subtitle, { size: 11.5, anchor: 'start', colour: '#444' })}
<defs><clipPath id="${clip}"><rect x="${PLOT.left}" y="${PLOT.top}" width="${PLOT.width}" height="${px(height)}"/></clipPath></defs>
<g clip-path="url(#${clip})">
${chart.draw(place).join('\n')}
</g>
<rect x="${PLOT.left}" y="${PLOT.top}" width="${PLOT.width}" height="${px(height)}" fill="none" stroke="#222"/>
${x.ticks.map((tick) => `<path d="M${px(place.x(tick.value))} ${px(bottom)}v5" stroke="#222"/>${text(place.x(tick.value), bottom + 19, tick.text, { size: 11.5, anchor: 'middle' })}`).join('\n')}
${y.ticks.map((tick) => `<path d="M${PLOT.left} ${px(place.y(tick.value))}h-5" stroke="#222"/>${text(PLOT.left - 9, place.y(tick.value) + 4, tick.text, { size: 11.5, anchor: 'end' })}`).join('\n')}
${text(PLOT.left + PLOT.width / 2, bottom + 44, x.label, { size: 12.5, anchor: 'middle' })}
${vertical(20, PLOT.top + height / 2, y.label)}
${legendOf(chart.legend ?? [])}
</svg>
`;
}

export function curvePath({ points, colour, dash }: ChartCurve, place: ChartPlace): string {
  let isDown = false;
  const steps = points.map(([x, y]) => {
    const [px0, py0] = [place.x(x), place.y(y)];
    if (!Number.isFinite(px0) || !Number.isFinite(py0)) {
      isDown = false;
      return '';
    }
    const step = `${isDown ? 'L' : 'M'}${px(px0)} ${px(py0)}`;
    isDown = true;
    return step;
  });
  return `<path d="${steps.join('')}" fill="none" stroke="${colour}" stroke-width="1.8" stroke-linejoin="round"${dashOf(dash)}/>`;
}

/** A bar of colours right of the plot, with its label. */
export function colourBar(bar: {
  colours: readonly (readonly [number, number, number])[];
  ticks: readonly { share: number; text: string }[];
  label: string;
  plotHeight?: number;
}): string {
  const height = bar.plotHeight ?? PLOT.height;
  const left = PLOT.left + PLOT.width + 14;
  const step = height / bar.colours.length;
  return [
    ...bar.colours.map(
      (colour, index) =>
        `<rect x="${left}" y="${px(PLOT.top + height - (index + 1) * step)}" width="14" height="${px(step + 0.6)}" fill="${hex(colour)}"/>`,
    ),
    `<rect x="${left}" y="${PLOT.top}" width="14" height="${px(height)}" fill="none" stroke="#222"/>`,
    ...bar.ticks.map(({ share, text: label }) =>
      text(left + 20, PLOT.top + height * (1 - share) + 4, label, { size: 11, anchor: 'start' }),
    ),
    vertical(left + 82, PLOT.top + height / 2, bar.label),
  ].join('\n');
}

/** Adds parts that lie outside of the plot, colour bars for example. */
export function withParts(svg: string, ...parts: readonly string[]): string {
  return svg.replace(/<\/svg>\n$/, `${parts.join('\n')}\n</svg>\n`);
}

/** Round values that divide an interval into about `count` steps. */
export function linearTicks(from: number, to: number, count = 5): { value: number; text: string }[] {
  const span = Math.abs(to - from);
  if (!(span > 0)) return [{ value: from, text: readable(from) }];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw)!;
  const first = Math.ceil(Math.min(from, to) / step - 1e-9);
  const last = Math.floor(Math.max(from, to) / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    return { value, text: readable(value) };
  });
}

/** 1, 2 and 5 of every power of ten in an interval; only the powers where it is long. */
export function logarithmicTicks(from: number, to: number): { value: number; text: string }[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const powers = Math.log10(high / low);
  const factors = powers > 3 ? [1] : [1, 2, 5];
  const ticks: { value: number; text: string }[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
        ticks.push({ value, text: powers > 3 ? exponent(power) : readable(value) });
    }
  }
  return ticks;
}

export function hex([red, green, blue]: readonly [number, number, number]): string {
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Coordinates to a hundredth of a pixel: short, and the same text everywhere. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function readable(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

export function text(
  x: number,
  y: number,
  content: string,
  style: { size: number; anchor: 'start' | 'middle' | 'end'; colour?: string },
): string {
  return `<text x="${px(x)}" y="${px(y)}" ${FONT} font-size="${style.size}" text-anchor="${style.anchor}" fill="${style.colour ?? '#222'}">${escaped(content)}</text>`;
}

function position(value: number, { scale, from, to }: ChartAxis): number {
  return scale === 'linear'
    ? (value - from) / (to - from)
    : (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from));
}

function legendOf(entries: readonly Pick<ChartCurve, 'label' | 'colour' | 'dash'>[]): string {
  return entries
    .map(({ label, colour, dash }, index) => {
      const x = PLOT.left + PLOT.width + 10;
      const y = PLOT.top + 12 + index * 34;
      return `<path d="M${x} ${y}h24" stroke="${colour}" stroke-width="2"${dashOf(dash)}/>${text(x, y + 15, label, { size: 11, anchor: 'start' })}`;
    })
    .join('\n');
}

function vertical(x: number, y: number, content: string): string {
  return `<text transform="translate(${px(x)} ${px(y)}) rotate(-90)" ${FONT} font-size="12.5" text-anchor="middle" fill="#222">${escaped(content)}</text>`;
}

function dashOf(dash: string | undefined): string {
  return dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function exponent(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)] ?? '').join('');
  return `10${power < 0 ? '⁻' : ''}${digits}`;
}

function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
