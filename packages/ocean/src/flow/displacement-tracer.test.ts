import { describe, expect, test } from 'vitest';
import { normalNumber, seededRandom } from '../random.js';
import { TwoLayerFlow, type TwoLayerSettings } from './two-layer-flow.js';

const POINTS = 16;
const LENGTH_M = 960_000;
const UNIT = (2 * Math.PI) / LENGTH_M;
const SETTINGS: TwoLayerSettings = {
  columnCount: POINTS,
  rowCount: POINTS,
  widthM: LENGTH_M,
  heightM: LENGTH_M,
  beta: 1.8e-11,
  deformationRadiusM: 30_000,
  depthRatio: 0.25,
  upperVelocity: 0.1,
  lowerVelocity: 0,
  bottomDrag: 0,
  timeStepSeconds: 900,
  filter: 'none',
  tracerRelaxation: 0,
};

function onGrid(value: (x: number, y: number) => number): Float64Array {
  const step = LENGTH_M / POINTS;
  return Float64Array.from({ length: POINTS * POINTS }, (_, point) =>
    value((point % POINTS) * step, Math.floor(point / POINTS) * step),
  );
}

function randomField(seed: number, amplitude: number): Float64Array {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 6 }, () => ({
    k: 1 + Math.floor(random() * 3),
    l: Math.floor(random() * 5) - 2,
    phase: 2 * Math.PI * random(),
    amplitude: amplitude * normalNumber(random),
  }));
  return onGrid((x, y) =>
    waves.reduce((sum, w) => sum + w.amplitude * Math.cos(UNIT * (w.k * x + w.l * y) + w.phase), 0),
  );
}

function eddyingFlow(settings: TwoLayerSettings): TwoLayerFlow {
  const flow = new TwoLayerFlow(settings);
  flow.setVorticity(randomField(1, 1e-5), randomField(2, 3e-6));
  return flow;
}

function displacement(flow: TwoLayerFlow): Float64Array {
  if (flow.tracer === null) throw new Error('no tracer');
  return flow.tracer.displacementSpectrum();
}

describe('DisplacementTracer', () => {
  test('is carried as the upper layer carries its potential vorticity', () => {
    // Without drag and filter Dq₁/Dt = −Q_y v and Dχ/Dt = −v: started in proportion, they stay so.
    const flow = eddyingFlow(SETTINGS);
    const gradient = SETTINGS.beta + flow.upperCoupling * (SETTINGS.upperVelocity - SETTINGS.lowerVelocity);
    const upper = (): Float64Array => flow.potentialVorticity().filter((_, index) => index % 2 === 0);
    const start = upper();
    flow.tracer?.set(start.map((value) => value / gradient));
    for (let step = 0; step < 96; step++) flow.step();
    const end = upper();
    const change = Math.hypot(...end.map((value, point) => value - start[point]!)) / Math.hypot(...start);
    expect(change).toBeGreaterThan(0.2);
    const expected = new TwoLayerFlow(SETTINGS);
    expected.tracer?.set(end.map((value) => value / gradient));
    const wanted = displacement(expected);
    const scale = Math.hypot(...wanted);
    const error = Math.hypot(...displacement(flow).map((value, index) => value - wanted[index]!));
    // Only rounding: both take the same steps.
    expect(error / scale).toBeLessThan(1e-9);
  });

  test('keeps its mean: no water appears or is lost', () => {
    const flow = eddyingFlow(SETTINGS);
    flow.tracer?.set(onGrid((x) => 5000 + 20_000 * Math.cos(UNIT * x)));
    for (let step = 0; step < 50; step++) flow.step();
    expect(displacement(flow)[0]! / (POINTS * POINTS)).toBeCloseTo(5000, 6);
  });

  test('forgets at the rate of its relaxation where nothing moves', () => {
    const relaxation = 1 / (10 * 86_400);
    const flow = new TwoLayerFlow({ ...SETTINGS, upperVelocity: 0, tracerRelaxation: relaxation });
    flow.tracer?.set(onGrid((x) => 1000 * Math.cos(UNIT * x)));
    const start = displacement(flow)[2]!;
    for (let step = 0; step < 96; step++) flow.step();
    // One day of ten; the first step is Euler's and errs by (1/960)²/2 = 5e-7.
    expect(Math.abs(displacement(flow)[2]! / start / Math.exp(-0.1) - 1)).toBeLessThan(1e-6);
  });

  test('is negative where the water came from the south', () => {
    const flow = new TwoLayerFlow({ ...SETTINGS, upperVelocity: 0, beta: 0 });
    // ∇²ψ = q with both layers alike: v = ∂ψ/∂x is northward where sin(kx) > 0.
    const vorticity = onGrid((x) => 1e-6 * Math.cos(UNIT * x));
    flow.setVorticity(vorticity, vorticity);
    flow.step();
    const spectrum = displacement(flow);
    const settings = { seconds: SETTINGS.timeStepSeconds, velocity: 1e-6 / UNIT };
    // χ = −v t; v = (q₀/k) sin(kx) has the coefficient −i/2 per point.
    const expected = (settings.velocity * settings.seconds * POINTS * POINTS) / 2;
    expect(spectrum[3]! / expected).toBeCloseTo(1, 6);
    expect(Math.abs(spectrum[2]! / expected)).toBeLessThan(1e-6);
  });

  test('leaves every bit of the flow as it is without a tracer', () => {
    const { tracerRelaxation: _, ...without } = SETTINGS;
    const plain = eddyingFlow(without);
    const tracing = eddyingFlow({ ...SETTINGS, tracerRelaxation: 1e-6 });
    for (let step = 0; step < 20; step++) {
      plain.step();
      tracing.step();
    }
    expect(tracing.potentialVorticity()).toEqual(plain.potentialVorticity());
    expect(displacement(tracing).some((value) => Math.abs(value) > 1)).toBe(true);
  });

  test('keeps its field when it moves to a finer grid', () => {
    const coarse = eddyingFlow(SETTINGS);
    coarse.tracer?.set(randomField(7, 10_000));
    const fine = new TwoLayerFlow({ ...SETTINGS, columnCount: 2 * POINTS, rowCount: 2 * POINTS });
    fine.refineFrom(coarse);
    const few = displacement(coarse);
    const many = displacement(fine);
    // Wave (1, 2): four times as many points, four times the sum.
    expect(many[2 * (2 * 2 * POINTS + 1)]).toBeCloseTo(4 * few[2 * (2 * POINTS + 1)]!, 6);
    expect(Math.hypot(...many)).toBeCloseTo(4 * Math.hypot(...few), 3);
  });
});
