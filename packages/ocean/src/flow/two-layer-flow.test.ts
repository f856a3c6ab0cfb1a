import { describe, expect, test } from 'vitest';
import { normalNumber, seededRandom } from '../random.js';
import { TwoLayerFlow, type TwoLayerSettings } from './two-layer-flow.js';

const POINTS = 16;
const LENGTH_M = 600_000;
/** One wave along the domain, rad/m. */
const UNIT = (2 * Math.PI) / LENGTH_M;

/** Nothing drives or damps the flow; tests add what they are about. */
const STILL: TwoLayerSettings = {
  columnCount: POINTS,
  rowCount: POINTS,
  widthM: LENGTH_M,
  heightM: LENGTH_M,
  beta: 0,
  deformationRadiusM: 30_000,
  depthRatio: 0.25,
  upperVelocity: 0,
  lowerVelocity: 0,
  bottomDrag: 0,
  timeStepSeconds: 600,
  filter: 'none',
};

type PlaneFunction = (x: number, y: number) => number;

function onGrid(value: PlaneFunction, points = POINTS): Float64Array {
  return Float64Array.from({ length: points * points }, (_, index) =>
    value(((index % points) * LENGTH_M) / points, (Math.floor(index / points) * LENGTH_M) / points),
  );
}

function couplings(settings: TwoLayerSettings): { upper: number; lower: number } {
  const total = 1 / settings.deformationRadiusM ** 2;
  return {
    upper: total / (1 + settings.depthRatio),
    lower: (total * settings.depthRatio) / (1 + settings.depthRatio),
  };
}

/** Complex amplitude of a plane wave in one layer (0 upper, 1 lower) of a pair of grid fields. */
function waveAmplitude(
  pair: Float64Array,
  layer: 0 | 1,
  k: number,
  l: number,
  points = POINTS,
): { re: number; im: number } {
  let re = 0;
  let im = 0;
  for (let row = 0; row < points; row++) {
    for (let column = 0; column < points; column++) {
      const angle = (2 * Math.PI * (k * column + l * row)) / points;
      const value = pair[2 * (row * points + column) + layer]!;
      re += (value * Math.cos(angle) * 2) / points ** 2;
      im -= (value * Math.sin(angle) * 2) / points ** 2;
    }
  }
  return { re, im };
}

/** Smooth random vorticity of a few long waves. */
function randomVorticity(points: number, seed: number, amplitude: number): Float64Array {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 8 }, () => ({
    k: 1 + Math.floor(random() * 3),
    l: Math.floor(random() * 5) - 2,
    phase: 2 * Math.PI * random(),
    amplitude: amplitude * normalNumber(random),
  }));
  return onGrid(
    (x, y) =>
      waves.reduce(
        (sum, wave) => sum + wave.amplitude * Math.cos(UNIT * (wave.k * x + wave.l * y) + wave.phase),
        0,
      ),
    points,
  );
}

describe('TwoLayerFlow', () => {
  test('inverts vorticity to the streamfunction it came from', () => {
    const flow = new TwoLayerFlow(STILL);
    const { upper, lower } = couplings(STILL);
    const upperStream: PlaneFunction = (x, y) =>
      9000 * Math.cos(UNIT * (2 * x + y)) + 4000 * Math.sin(3 * UNIT * y);
    const lowerStream: PlaneFunction = (x, y) => 5000 * Math.sin(UNIT * (x - 2 * y));
    const upperLaplacian: PlaneFunction = (x, y) =>
      -(UNIT ** 2) * (5 * 9000 * Math.cos(UNIT * (2 * x + y)) + 9 * 4000 * Math.sin(3 * UNIT * y));
    const lowerLaplacian: PlaneFunction = (x, y) => -(UNIT ** 2) * 5 * lowerStream(x, y);
    flow.setVorticity(
      onGrid((x, y) => upperLaplacian(x, y) + upper * (lowerStream(x, y) - upperStream(x, y))),
      onGrid((x, y) => lowerLaplacian(x, y) + lower * (upperStream(x, y) - lowerStream(x, y))),
    );
    const stream = flow.streamfunction();
    onGrid(upperStream).forEach((value, point) => expect(stream[2 * point]).toBeCloseTo(value, 6));
    onGrid(lowerStream).forEach((value, point) => expect(stream[2 * point + 1]).toBeCloseTo(value, 6));
  });

  test('advects vorticity as the Jacobian of two waves says', () => {
    // With ψ = a cos(ky) and q = κ-weighted sums of the two waves, one Euler step gives −J(ψ,q) exactly.
    const settings = { ...STILL, timeStepSeconds: 1 };
    const flow = new TwoLayerFlow(settings);
    const { upper, lower } = couplings(settings);
    const k = 2 * UNIT;
    const l = UNIT;
    const streamX: PlaneFunction = (x, y) => -8000 * k * Math.sin(k * x) + 0 * y;
    const streamY: PlaneFunction = (x, y) => -6000 * l * Math.sin(l * y) + 0 * x;
    // Both layers alike: no coupling term, q = ∇²ψ.
    const vorticity: PlaneFunction = (x, y) =>
      -8000 * k * k * Math.cos(k * x) - 6000 * l * l * Math.cos(l * y);
    const vorticityX: PlaneFunction = (x) => 8000 * k ** 3 * Math.sin(k * x);
    const vorticityY: PlaneFunction = (_, y) => 6000 * l ** 3 * Math.sin(l * y);
    expect(upper).toBeGreaterThan(lower);
    const before = onGrid(vorticity);
    flow.setVorticity(before, before);
    flow.step();
    const after = flow.potentialVorticity();
    const expected = onGrid((x, y) => -(streamX(x, y) * vorticityY(x, y) - streamY(x, y) * vorticityX(x, y)));
    const scale = Math.max(...expected.map(Math.abs));
    expected.forEach((tendency, point) => {
      expect(Math.abs(after[2 * point]! - before[point]! - tendency) / scale).toBeLessThan(1e-6);
      expect(Math.abs(after[2 * point + 1]! - before[point]! - tendency) / scale).toBeLessThan(1e-6);
    });
  });

  test.each([
    { name: 'barotropic', lowerOverUpper: 1, extra: 0 },
    { name: 'baroclinic', lowerOverUpper: -STILL.depthRatio, extra: 1 / STILL.deformationRadiusM ** 2 },
  ])('moves a $name Rossby wave with its dispersion relation', ({ lowerOverUpper, extra }) => {
    const settings = { ...STILL, beta: 1.8e-11 };
    const flow = new TwoLayerFlow(settings);
    const k = 2 * UNIT;
    const l = UNIT;
    const squared = k * k + l * l + extra;
    const wave: PlaneFunction = (x, y) => -squared * 1000 * Math.cos(k * x + l * y);
    flow.setVorticity(
      onGrid(wave),
      onGrid((x, y) => lowerOverUpper * wave(x, y)),
    );
    const steps = 1000;
    for (let step = 0; step < steps; step++) flow.step();
    const { re, im } = waveAmplitude(flow.streamfunction(), 0, 2, 1);
    const frequency = (-settings.beta * k) / squared;
    const phase = -frequency * steps * settings.timeStepSeconds;
    expect(Math.hypot(re, im)).toBeCloseTo(1000, 1);
    // Phase goes west: frequency is negative for eastward wavenumber.
    expect(Math.atan2(im, re)).toBeCloseTo(Math.atan2(Math.sin(phase), Math.cos(phase)), 4);
  });

  test('is carried by a mean flow that both layers share', () => {
    const velocity = 0.2;
    const flow = new TwoLayerFlow({ ...STILL, upperVelocity: velocity, lowerVelocity: velocity });
    flow.setVorticity(
      onGrid((x) => 1e-6 * Math.cos(UNIT * x)),
      onGrid(() => 0),
    );
    for (let step = 0; step < 500; step++) flow.step();
    const { re, im } = waveAmplitude(flow.potentialVorticity(), 0, 1, 0);
    const phase = -UNIT * velocity * 500 * STILL.timeStepSeconds;
    expect(Math.atan2(im, re)).toBeCloseTo(Math.atan2(Math.sin(phase), Math.cos(phase)), 5);
  });

  test('conserves energy and potential enstrophy when nothing drives or damps it', () => {
    const points = 32;
    const settings = { ...STILL, columnCount: points, rowCount: points, beta: 1.8e-11, timeStepSeconds: 900 };
    const flow = new TwoLayerFlow(settings);
    flow.setVorticity(randomVorticity(points, 1, 1.2e-5), randomVorticity(points, 2, 3e-6));
    const before = { energy: flow.energy(), enstrophy: flow.enstrophy() };
    const start = flow.potentialVorticity();
    for (let step = 0; step < 240; step++) flow.step();
    const end = flow.potentialVorticity();
    const change = Math.hypot(...end.map((value, index) => value - start[index]!)) / Math.hypot(...start);
    // The flow must have moved for conservation to mean something.
    expect(change).toBeGreaterThan(0.3);
    // Time stepping only: third order, 900 s against eddies of days.
    expect(Math.abs(flow.energy() / before.energy - 1)).toBeLessThan(1e-5);
    expect(Math.abs(flow.enstrophy() / before.enstrophy - 1)).toBeLessThan(1e-4);
  });

  test.each([
    { name: 'without drag', bottomDrag: 0 },
    { name: 'with bottom drag', bottomDrag: 1e-6 },
  ])('lets the Phillips instability grow at the rate of linear theory $name', ({ bottomDrag }) => {
    const settings: TwoLayerSettings = {
      ...STILL,
      columnCount: 8,
      rowCount: 8,
      beta: 1.8e-11,
      upperVelocity: 0.12,
      lowerVelocity: -0.05,
      bottomDrag,
      timeStepSeconds: 3600,
    };
    const flow = new TwoLayerFlow(settings);
    const waveCount = 2;
    flow.setVorticity(
      onGrid((x) => 1e-12 * Math.cos(waveCount * UNIT * x), 8),
      onGrid(() => 0, 8),
    );
    const days = (count: number): void => {
      for (let step = 0; step < (count * 86_400) / settings.timeStepSeconds; step++) flow.step();
    };
    // Long enough for the decaying mode to have gone.
    days(120);
    const early = waveAmplitude(flow.streamfunction(), 0, waveCount, 0, 8);
    days(10);
    const late = waveAmplitude(flow.streamfunction(), 0, waveCount, 0, 8);
    const rate = Math.log(Math.hypot(late.re, late.im) / Math.hypot(early.re, early.im)) / (10 * 86_400);
    const theory = phillipsGrowthRate(settings, waveCount * UNIT);
    expect(theory * 86_400).toBeGreaterThan(0.03);
    expect(rate / theory).toBeCloseTo(1, 3);
  });

  test('filters only scales near the grid', () => {
    const settings: TwoLayerSettings = { ...STILL, filter: 'exponential' };
    const flow = new TwoLayerFlow(settings);
    const long = onGrid((x) => 1e-6 * Math.cos(5 * UNIT * x));
    const short = onGrid((x) => 1e-6 * Math.cos(7 * UNIT * x));
    flow.setVorticity(long, short);
    flow.step();
    const after = flow.potentialVorticity();
    expect(waveAmplitude(after, 0, 5, 0).re).toBeCloseTo(1e-6, 18);
    expect(waveAmplitude(after, 1, 7, 0).re).toBeLessThan(0.9e-6);
  });

  test('keeps its field when it moves to a finer grid', () => {
    const coarse = new TwoLayerFlow(STILL);
    coarse.setVorticity(randomVorticity(POINTS, 5, 1e-6), randomVorticity(POINTS, 6, 1e-6));
    const fine = new TwoLayerFlow({ ...STILL, columnCount: 2 * POINTS, rowCount: 2 * POINTS });
    fine.refineFrom(coarse);
    const few = coarse.potentialVorticity();
    const many = fine.potentialVorticity();
    for (let row = 0; row < POINTS; row++) {
      for (let column = 0; column < POINTS; column++) {
        const from = 2 * (row * POINTS + column);
        const to = 2 * (2 * row * 2 * POINTS + 2 * column);
        expect(many[to]).toBeCloseTo(few[from]!, 17);
        expect(many[to + 1]).toBeCloseTo(few[from + 1]!, 17);
      }
    }
  });

  test('gives the same bytes twice', () => {
    const run = (): Float64Array => {
      const flow = new TwoLayerFlow({ ...STILL, beta: 1.8e-11, filter: 'exponential' });
      flow.setVorticity(randomVorticity(POINTS, 9, 4e-6), randomVorticity(POINTS, 10, 1e-6));
      for (let step = 0; step < 20; step++) flow.step();
      return flow.potentialVorticity();
    };
    expect(run()).toEqual(run());
  });

  test('refuses an odd number of points', () => {
    expect(() => new TwoLayerFlow({ ...STILL, columnCount: 15 })).toThrow('found 15 × 16');
  });
});

/**
 * Largest growth rate (1/s) of a wave along x: the eigenvalues of dq/dt = M q with ψ = S q, solved as a quadratic.
 */
function phillipsGrowthRate(settings: TwoLayerSettings, k: number): number {
  const { upper: f1, lower: f2 } = couplings(settings);
  const { beta, upperVelocity, lowerVelocity, bottomDrag } = settings;
  const shear = upperVelocity - lowerVelocity;
  const determinant = k * k * (k * k + f1 + f2);
  const inverse = [
    [-(k * k + f2) / determinant, -f1 / determinant],
    [-f2 / determinant, -(k * k + f1) / determinant],
  ];
  const gradients = [beta + f1 * shear, beta - f2 * shear];
  const velocities = [upperVelocity, lowerVelocity];
  // M = real part (drag) + i · imaginary part (advection).
  const real = [
    [0, 0],
    [bottomDrag * k * k * inverse[1]![0]!, bottomDrag * k * k * inverse[1]![1]!],
  ];
  const imaginary = [0, 1].map((row) =>
    [0, 1].map(
      (column) => -k * ((row === column ? velocities[row]! : 0) + gradients[row]! * inverse[row]![column]!),
    ),
  );
  const traceRe = real[0]![0]! + real[1]![1]!;
  const traceIm = imaginary[0]![0]! + imaginary[1]![1]!;
  const product = (ar: number, ai: number, br: number, bi: number) =>
    [ar * br - ai * bi, ar * bi + ai * br] as const;
  const [mainRe, mainIm] = product(real[0]![0]!, imaginary[0]![0]!, real[1]![1]!, imaginary[1]![1]!);
  const [crossRe, crossIm] = product(real[0]![1]!, imaginary[0]![1]!, real[1]![0]!, imaginary[1]![0]!);
  const [squareRe, squareIm] = product(traceRe, traceIm, traceRe, traceIm);
  const rootRe = squareRe - 4 * (mainRe - crossRe);
  const rootIm = squareIm - 4 * (mainIm - crossIm);
  const modulus = Math.sqrt(Math.hypot(rootRe, rootIm));
  return (traceRe + Math.abs(modulus * Math.cos(Math.atan2(rootIm, rootRe) / 2))) / 2;
}
