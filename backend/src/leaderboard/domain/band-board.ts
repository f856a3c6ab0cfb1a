import type { BandAxes, BandPowers, BoardBands } from '@sillage/contracts';

/** Four digits: a band is not read more exactly, and a board of 500 entries is a third as long. */
const RATIO_DIGITS = 4;

/**
 * What a board by wavelength is made of: error power relative to that of the truth, and who is best in each band. Entries whose
 * bands are not those of the board (another grid) are left out.
 */
export function bandBoard(
  entries: readonly { evaluationId: string; bands: BandPowers | null }[],
): Pick<BoardBands, 'axes' | 'truthPower' | 'entries' | 'winners'> {
  const first = entries.find(({ bands }) => bands !== null)?.bands ?? null;
  if (first === null) return { axes: null, truthPower: [], entries: [], winners: [] };
  const total = first.truth.flat().reduce((sum, power) => sum + power, 0);
  const ratios = entries.flatMap(({ evaluationId, bands }) =>
    bands !== null && areSameAxes(bands.axes, first.axes) ? [{ evaluationId, ratio: ratiosOf(bands) }] : [],
  );
  return {
    axes: first.axes,
    truthPower: first.truth.map((row) =>
      row.map((power) => Number((power / total).toPrecision(RATIO_DIGITS))),
    ),
    entries: ratios.map(({ evaluationId, ratio }) => ({ evaluationId, errorRatio: ratio })),
    winners: first.truth.map((row, period) =>
      row.map((_, wavelength) => winnerOf(ratios.map(({ ratio }) => ratio[period]?.[wavelength] ?? null))),
    ),
  };
}

function ratiosOf({ error, truth }: BandPowers): (number | null)[][] {
  return truth.map((row, period) =>
    row.map((power, wavelength) => {
      const ratio = (error[period]?.[wavelength] ?? Number.NaN) / power;
      return Number.isFinite(ratio) ? Number(ratio.toPrecision(RATIO_DIGITS)) : null;
    }),
  );
}

/** The smallest error; of equal ones the first. Nobody wins where every error is as strong as the truth: nobody resolves it. */
function winnerOf(ratios: readonly (number | null)[]): number | null {
  let winner: number | null = null;
  let least = 1;
  ratios.forEach((ratio, index) => {
    if (ratio === null || ratio >= least) return;
    least = ratio;
    winner = index;
  });
  return winner;
}

function areSameAxes(a: BandAxes, b: BandAxes): boolean {
  const areClose = (left: readonly number[] | null, right: readonly number[] | null) =>
    left === null || right === null
      ? left === right
      : left.length === right.length &&
        left.every((edge, index) => Math.abs(edge / (right[index] ?? Number.NaN) - 1) < 1e-6);
  return (
    a.wavelengthUnit === b.wavelengthUnit &&
    areClose(a.wavelengthEdges, b.wavelengthEdges) &&
    areClose(a.periodEdgesDays, b.periodEdgesDays)
  );
}
