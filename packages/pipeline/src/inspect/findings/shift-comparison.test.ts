import { describe, expect, it } from 'vitest';
import { compareAtShifts, FEWEST_COMPARED_POINTS, TRIED_SHIFTS_DAYS } from './shift-comparison.js';

const COUNT = 4000;
/** An eddy that passes in ten days, metres; places are spread over phases. */
const sea = (time: number, index: number) => 0.3 * Math.sin((2 * Math.PI * time) / 10 + index);
const times = Array.from({ length: COUNT }, (_value, index) => (index % 400) / 10);
const truthAt = (lateDays: number) =>
  TRIED_SHIFTS_DAYS.map((shift) => times.map((time, index) => sea(time + shift + lateDays, index)));
/** Gaussian noise of a linear congruential generator, so that every run sees the same. */
function noise(std: number): number[] {
  let state = 1;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from(
    { length: COUNT },
    () => std * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
const observed = (lateDays: number, std: number) => {
  const errors = noise(std);
  return times.map((time, index) => sea(time - lateDays, index) + errors[index]!);
};

describe('compareAtShifts', () => {
  it('finds no difference and no shift where values are the truth', () => {
    const comparison = compareAtShifts(observed(0, 0), truthAt(0));
    expect(comparison).toMatchObject({ pointCount: COUNT, bestShiftDays: 0, shiftEvidence: 0 });
    expect(comparison!.rmse).toBeLessThan(1e-12);
    expect(comparison!.correlation).toBeCloseTo(1, 12);
    expect(comparison!.slope).toBeCloseTo(1, 12);
    expect(comparison!.truthStd).toBeCloseTo(0.3 / Math.sqrt(2), 2);
  });

  it.each([
    { name: 'a day late', lateDays: 1, best: -1 },
    { name: 'a day early', lateDays: -1, best: 1 },
    { name: 'half a day late', lateDays: 0.5, best: -0.5 },
  ])('finds that times are $name under 10 cm of noise', ({ lateDays, best }) => {
    const comparison = compareAtShifts(observed(lateDays, 0.1), truthAt(0))!;
    expect(comparison.bestShiftDays).toBe(best);
    // 1 but for the noise: 2 σ_noise / √(N × motion), at most 2 · 0.1 / √(4000 × 0.001) = 0.1.
    expect(comparison.shiftEvidence).toBeGreaterThan(0.8);
    expect(comparison.shiftEvidence).toBeLessThan(1.2);
  });

  it('finds no shift in noise that is larger than the motion of half a day', () => {
    const comparison = compareAtShifts(observed(0, 0.2), truthAt(0))!;
    expect(comparison.shiftEvidence).toBeLessThan(0.5);
    expect(comparison.rmse).toBeCloseTo(0.2, 1);
  });

  it('finds no shift where a few odd days alone ask for one', () => {
    const odd = observed(0, 0).map((height, index) =>
      index >= 2000 && index < 2300 ? sea(times[index]! - 1, index) : height,
    );
    // Seven percent of the points are a day late and the rest fits: no shift. With noise that hides the rest it is the same.
    expect(compareAtShifts(odd, truthAt(0))).toMatchObject({ bestShiftDays: 0, shiftEvidence: 0 });
    const spoilt = observed(0, 0.005).map((height, index) =>
      index >= 2000 && index < 2300 ? -3 * sea(times[index]!, index) : height,
    );
    expect(compareAtShifts(spoilt, truthAt(0))).toMatchObject({ bestShiftDays: 0, shiftEvidence: 0 });
  });

  it('tells bias, sign and unit apart', () => {
    const plain = observed(0, 0);
    expect(
      compareAtShifts(
        plain.map((height) => height + 0.5),
        truthAt(0),
      ),
    ).toMatchObject({ bestShiftDays: 0 });
    expect(
      compareAtShifts(
        plain.map((height) => height + 0.5),
        truthAt(0),
      )!.bias,
    ).toBeCloseTo(0.5, 12);
    expect(
      compareAtShifts(
        plain.map((height) => -height),
        truthAt(0),
      )!.correlation,
    ).toBeCloseTo(-1, 12);
    expect(
      compareAtShifts(
        plain.map((height) => 100 * height),
        truthAt(0),
      )!.slope,
    ).toBeCloseTo(100, 9);
  });

  it('leaves out points where either side is missing, and says nothing of fewer than a hundred', () => {
    const values = observed(0, 0).map((height, index) => (index % 2 === 0 ? NaN : height));
    expect(compareAtShifts(values, truthAt(0))!.pointCount).toBe(COUNT / 2);
    const few = values.map((height, index) => (index < 2 * FEWEST_COMPARED_POINTS - 2 ? height : NaN));
    expect(compareAtShifts(few, truthAt(0))).toBeNull();
  });

  it('looks at the shift 0 alone where the truth does not reach a day further', () => {
    const truths = truthAt(0).map((truth, shift) =>
      TRIED_SHIFTS_DAYS[shift] === 0 ? truth : truth.map(() => NaN),
    );
    expect(compareAtShifts(observed(1, 0), truths)).toMatchObject({ bestShiftDays: 0, shiftEvidence: 0 });
  });

  it('has no correlation with a truth that does not vary, and finds no shift in still water', () => {
    const still = TRIED_SHIFTS_DAYS.map(() => times.map(() => 0.2));
    expect(compareAtShifts(observed(0, 0.01), still)).toMatchObject({
      correlation: null,
      slope: null,
      shiftEvidence: 0,
    });
  });
});
