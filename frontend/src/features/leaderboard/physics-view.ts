import { SCORE_TABLE, type LeaderboardRow, type PhysicsColumn } from '@sillage/contracts';
import { formatFixed } from '../../lib/format-number';

type WithPhysics = Pick<LeaderboardRow, 'physics'>;

export function physicsValue({ physics }: WithPhysics, column: PhysicsColumn): number | null {
  return physics?.[column] ?? null;
}

/** How far a value is from the truth's, whichever side it lies on; 0 is best, `null` where nothing is known. */
export function physicsDistance({ physics }: WithPhysics, column: PhysicsColumn): number | null {
  const value = physics?.[column] ?? null;
  if (physics === null || value === null) return null;
  if (column !== 'spectralSlope') return Math.abs(Math.log(value)); // half and twice are equally far
  return physics.truthSpectralSlope === null ? null : Math.abs(value - physics.truthSpectralSlope);
}

/** `0.82`; a slope with the truth's beside it, which alone says whether it is good. */
export function physicsText({ physics }: WithPhysics, column: PhysicsColumn): string | null {
  const value = physics?.[column] ?? null;
  return value === null ? null : formatFixed(value, SCORE_TABLE[column].decimals);
}

export type Smoothness = 'smooth' | 'rough' | 'like-truth';

export const SMOOTHNESS_TEXTS: Record<Smoothness, string> = {
  smooth: 'smoother than the truth',
  rough: 'rougher than the truth',
  'like-truth': 'like the truth in the decimals shown',
};

/** Which side of the truth a value lies on, in the decimals that are shown: the over-smoothing meter. */
export function smoothness({ physics }: WithPhysics, column: PhysicsColumn): Smoothness | null {
  const value = physics?.[column] ?? null;
  const best = column === 'spectralSlope' ? (physics?.truthSpectralSlope ?? null) : 1;
  if (value === null || best === null) return null;
  const { decimals } = SCORE_TABLE[column];
  const difference = Number(value.toFixed(decimals)) - Number(best.toFixed(decimals));
  return difference === 0 ? 'like-truth' : difference < 0 ? 'smooth' : 'rough';
}

const METER_FACTOR = 2; // the ends of the meter: half and twice the truth
const METER_SLOPE = 2; // and slopes steeper or flatter by this

/** Where a value lies on the meter: 0 is much smoother than the truth, 0.5 like the truth, 1 much rougher. */
export function meterPosition({ physics }: WithPhysics, column: PhysicsColumn): number | null {
  const value = physics?.[column] ?? null;
  const best = column === 'spectralSlope' ? (physics?.truthSpectralSlope ?? null) : 1;
  if (value === null || best === null) return null;
  const part =
    column === 'spectralSlope' ? (value - best) / METER_SLOPE : Math.log(value) / Math.log(METER_FACTOR);
  return 0.5 + 0.5 * Math.max(-1, Math.min(1, part));
}
