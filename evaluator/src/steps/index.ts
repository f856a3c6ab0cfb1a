import type { JobPayload, Step } from '@sillage/contracts';
import { check } from './check.js';
import { checkNetwork } from './check-network.js';
import { inspect } from './inspect.js';
import { map } from './map.js';
import { predict } from './predict.js';
import { probeRuntime } from './probe-runtime.js';
import { products } from './products.js';
import { score } from './score.js';
import type { AnyStep, ChildWork } from './step.js';

/** Every step of an evaluation. A new one is a file beside this one, and a line here. */
export const STEPS: readonly AnyStep[] = [map, check, checkNetwork, predict, score, products, inspect];

/** The step of a job. */
export function stepOf(payload: JobPayload): AnyStep {
  const step = STEPS.find((one) => one.kind === payload.kind && (one.isFor?.(payload) ?? true));
  if (step === undefined) throw new Error(`this evaluator has no step for a job '${payload.kind}'`);
  return step;
}

/** The kinds of jobs that such slots do. */
export function kindsFor(...slots: AnyStep['slot'][]): Step[] {
  return [...new Set(STEPS.filter(({ slot }) => slots.includes(slot)).map(({ kind }) => kind))];
}

/** What a child can be asked for, by name. */
export function workNamed(name: string): ChildWork<unknown, unknown> {
  const works: readonly ChildWork<unknown, unknown>[] = [...STEPS, probeRuntime];
  const work = works.find((one) => one.name === name);
  if (work === undefined) throw new Error(`no work of a child is called '${name}'`);
  return work;
}
