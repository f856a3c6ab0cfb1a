import type { Area } from '@sillage/contracts';

const WIDTH = 176;
const HEIGHT = 132;
const MARGIN_DEG = 14;

/** Where the scored box lies: a small graticule around it, in the manner of a chart's index map. */
export function AreaChart({ area }: { area: Area }) {
  const { west, east, south, north } = area.scoredBox;
  const lonSpan = Math.max(east - west + 2 * MARGIN_DEG, ((north - south + 2 * MARGIN_DEG) * WIDTH) / HEIGHT);
  const latSpan = (lonSpan * HEIGHT) / WIDTH;
  const lonStart = (west + east - lonSpan) / 2;
  const latStart = (south + north - latSpan) / 2;
  const stepDeg = lonSpan > 100 ? 30 : lonSpan > 50 ? 20 : 10;
  const x = (lonDeg: number) => ((lonDeg - lonStart) / lonSpan) * WIDTH;
  const y = (latDeg: number) => HEIGHT - ((latDeg - latStart) / latSpan) * HEIGHT;
  const meridians = multiples(lonStart, lonStart + lonSpan, stepDeg);
  const parallels = multiples(latStart, latStart + latSpan, stepDeg).filter(
    (latDeg) => Math.abs(latDeg) <= 90,
  );
  const label = (valueDeg: number, positive: string, negative: string) =>
    `${Math.abs(valueDeg)}°${valueDeg === 0 ? '' : valueDeg > 0 ? positive : negative}`;

  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`Index map: the scored box of ${area.name}`}
      style={{ background: 'var(--surface-sunk)', borderRadius: 'var(--radius-m)' }}
    >
      <g stroke="var(--line-strong)" strokeWidth="0.6" opacity="0.8">
        {meridians.map((lonDeg) => (
          <line key={lonDeg} x1={x(lonDeg)} x2={x(lonDeg)} y1="0" y2={HEIGHT} />
        ))}
        {parallels.map((latDeg) => (
          <line key={latDeg} x1="0" x2={WIDTH} y1={y(latDeg)} y2={y(latDeg)} />
        ))}
      </g>
      <g fontSize="8" fill="var(--ink-faint)">
        {meridians
          .filter((lonDeg) => x(lonDeg) > 24 && x(lonDeg) < WIDTH - 28)
          .map((lonDeg) => (
            <text key={lonDeg} x={x(lonDeg) + 2} y={HEIGHT - 3}>
              {label(lonDeg, 'E', 'W')}
            </text>
          ))}
        {parallels
          .filter((latDeg) => y(latDeg) > 12 && y(latDeg) < HEIGHT - 14)
          .map((latDeg) => (
            <text key={latDeg} x="2" y={y(latDeg) - 2}>
              {label(latDeg, 'N', 'S')}
            </text>
          ))}
      </g>
      <rect
        x={x(west)}
        y={y(north)}
        width={x(east) - x(west)}
        height={y(south) - y(north)}
        fill="color-mix(in srgb, var(--accent) 22%, transparent)"
        stroke="var(--accent)"
        strokeWidth="1.4"
      />
    </svg>
  );
}

function multiples(start: number, end: number, step: number): number[] {
  const values: number[] = [];
  for (let value = Math.ceil(start / step) * step; value <= end; value += step)
    values.push(value === 0 ? 0 : value);
  return values;
}
