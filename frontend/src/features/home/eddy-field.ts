/** An ocean made of a meandering front and a few eddies, for the picture on the home page. x and y run from 0 to 1. */

const EDDIES = [
  { x: 0.14, y: 0.3, radius: 0.085, height: -0.5 },
  { x: 0.3, y: 0.74, radius: 0.1, height: 0.62 },
  { x: 0.44, y: 0.24, radius: 0.075, height: 0.45 },
  { x: 0.6, y: 0.7, radius: 0.105, height: -0.75 },
  { x: 0.71, y: 0.28, radius: 0.1, height: 0.7 },
  { x: 0.87, y: 0.66, radius: 0.085, height: 0.5 },
  { x: 0.95, y: 0.22, radius: 0.08, height: -0.55 },
  { x: 0.06, y: 0.8, radius: 0.07, height: 0.35 },
];
const ASPECT = 2.1; // width over height of the picture, so that eddies are round

/** Height between about −1 and 1. */
export function eddyField(x: number, y: number): number {
  const meander =
    0.5 + 0.09 * Math.sin(2 * Math.PI * (1.6 * x + 0.1)) + 0.035 * Math.sin(2 * Math.PI * (4.3 * x + 0.3));
  let height = 0.55 * Math.tanh((y - meander) / 0.16);
  for (const eddy of EDDIES) {
    const dx = (x - eddy.x) * ASPECT;
    const dy = y - eddy.y;
    height += eddy.height * Math.exp(-(dx * dx + dy * dy) / (2 * eddy.radius * eddy.radius));
  }
  return Math.max(-1, Math.min(1, height));
}

export type TrackPoint = { x: number; y: number; height: number };

/** Points along ascending and descending ground tracks, as a nadir altimeter would sample the field. */
export function trackPoints(): TrackPoint[] {
  const points: TrackPoint[] = [];
  const passes = [
    { count: 9, slope: 0.2, start: -0.16, spacing: 0.135 },
    { count: 8, slope: -0.2, start: 0.04, spacing: 0.15 },
  ];
  for (const { count, slope, start, spacing } of passes) {
    for (let pass = 0; pass < count; pass += 1) {
      for (let y = 0.008; y < 1; y += 0.0155) {
        const x = start + pass * spacing + slope * y + 0.012 * Math.sin(3 * y);
        if (x > 0.004 && x < 0.996) points.push({ x, y, height: eddyField(x, y) });
      }
    }
  }
  return points;
}

/** How much of the finished map shows at x: none on the left, where there are only tracks; all of it on the right. */
export function mapShare(x: number): number {
  const part = Math.max(0, Math.min(1, (x - 0.3) / 0.34));
  return part * part * (3 - 2 * part);
}
