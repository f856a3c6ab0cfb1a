import {
  advance,
  advanceBy,
  assign,
  F64X2_ADD,
  F64X2_MUL,
  F64X2_SUB,
  f64x2Shuffle,
  I32_ADD,
  I32_MUL,
  i32Const,
  instantiate,
  localGet,
  repeatUntilEqual,
  V128_XOR,
  v128Const,
  v128Load,
  v128Store,
  type VectorFunction,
  type VectorMemory,
} from '../webassembly/assembler.js';

/** Transforms side by side: their points are 64 bytes, a cache line, and a pass of 256 of them stays in a first-level cache. */
export const SIDE_BY_SIDE = 4;
/** One complex number, which is one vector: re, im. */
const COMPLEX_BYTES = 16;
/** A twiddle factor w as two vectors: (re w, re w) and (−im w, im w). */
export const TWIDDLE_DOUBLES = 4;

/** A Stockham pass over byte addresses in the memory; `m` and `s` as in `StockhamStage`, `s` a multiple of `SIDE_BY_SIDE`. */
export type VectorPass = (x: number, y: number, twiddles: number, m: number, s: number) => void;

/**
 * Copies `count` points of `SIDE_BY_SIDE` transforms from where they lie (bytes between points, bytes between transforms) to
 * `[count][SIDE_BY_SIDE]`, or back. `factors` is the address of two doubles that multiply re and im.
 */
export type VectorCopy = (
  from: number,
  to: number,
  count: number,
  pointBytes: number,
  transformBytes: number,
  factors: number,
) => void;

export type VectorPasses = {
  gather: VectorCopy;
  scatter: VectorCopy;
  /** By radix. */
  passes: ReadonlyMap<number, VectorPass>;
};

/**
 * The passes of `stockham-stages.ts` with two numbers in one instruction: the same operations on the same numbers, so every bit
 * of the result is the same. (a − b is a + (−b), and a product keeps its bits when both signs change: IEEE 754.)
 */
export function createVectorPasses(memory: VectorMemory): VectorPasses {
  const { gather, scatter, radix2, radix3, radix4, radix5 } = instantiate(memory, [
    copyFunction('gather'),
    copyFunction('scatter'),
    passFunction(2, radix2Outputs),
    passFunction(3, radix3Outputs),
    passFunction(4, radix4Outputs),
    passFunction(5, radix5Outputs),
  ]);
  return {
    gather: gather as VectorCopy,
    scatter: scatter as VectorCopy,
    passes: new Map([
      [2, radix2 as VectorPass],
      [3, radix3 as VectorPass],
      [4, radix4 as VectorPass],
      [5, radix5 as VectorPass],
    ]),
  };
}

const add = (a: readonly number[], b: readonly number[]): number[] => [...a, ...b, ...F64X2_ADD];
const subtract = (a: readonly number[], b: readonly number[]): number[] => [...a, ...b, ...F64X2_SUB];
const multiply = (a: readonly number[], b: readonly number[]): number[] => [...a, ...b, ...F64X2_MUL];
/** (im, re) of a local. */
const swapped = (local: number): number[] => [...localGet(local), ...localGet(local), ...f64x2Shuffle(1, 0)];
/** (im, −re) of a local: times −i. */
const turned = (local: number): number[] => [...swapped(local), ...v128Const(0, -0), ...V128_XOR];
const both = (value: number): number[] => v128Const(value, value);

/** Gives out local numbers one after the other. */
function localNumbers(first: number): { next: () => number; count: () => number } {
  let last = first;
  return { next: () => last++, count: () => last - first };
}

function copyFunction(name: 'gather' | 'scatter'): VectorFunction {
  const [from, to, count, pointBytes, transformBytes, factors] = [0, 1, 2, 3, 4, 5] as const;
  const addresses = localNumbers(6);
  /** Where the point lies in each of the transforms. */
  const apart = Array.from({ length: SIDE_BY_SIDE }, addresses.next);
  const end = addresses.next();
  const addressCount = addresses.count();
  const factor = 6 + addressCount;
  const [spread, dense] = name === 'gather' ? [from, to] : [to, from];
  const move = apart.flatMap((place, transform) => {
    const denseOffset = COMPLEX_BYTES * transform;
    const value = (load: readonly number[]): number[] => multiply(load, localGet(factor));
    return name === 'gather'
      ? [
          ...localGet(dense),
          ...value([...localGet(place), ...v128Load(0)]),
          ...v128Store(denseOffset),
          ...advanceBy(place, pointBytes),
        ]
      : [
          ...localGet(place),
          ...value([...localGet(dense), ...v128Load(denseOffset)]),
          ...v128Store(0),
          ...advanceBy(place, pointBytes),
        ];
  });
  const pointsBytes = [...localGet(count), ...i32Const(COMPLEX_BYTES * SIDE_BY_SIDE), ...I32_MUL];
  return {
    name,
    parameterCount: 6,
    addressCount,
    vectorCount: 1,
    body: [
      ...assign(factor, [...localGet(factors), ...v128Load(0)]),
      ...apart.flatMap((place, transform) =>
        assign(
          place,
          transform === 0
            ? localGet(spread)
            : [...localGet(apart[transform - 1]!), ...localGet(transformBytes), ...I32_ADD],
        ),
      ),
      ...assign(end, [...localGet(dense), ...pointsBytes, ...I32_ADD]),
      ...repeatUntilEqual(dense, end, [...move, ...advance(dense, COMPLEX_BYTES * SIDE_BY_SIDE)]),
    ],
  };
}

/** The butterfly of a radix: code that leaves its outputs, before their twiddles, in locals that it returns. */
type Butterfly = (inputs: readonly number[], next: () => number) => { code: number[]; outputs: number[] };

function passFunction(radix: number, butterfly: Butterfly): VectorFunction {
  const [x, y, twiddles, m, s] = [0, 1, 2, 3, 4] as const;
  const addresses = localNumbers(5);
  const otherInputs = Array.from({ length: radix - 1 }, addresses.next);
  const otherOutputs = Array.from({ length: radix - 1 }, addresses.next);
  const [width, step, lastX, lastOfRow] = [0, 1, 2, 3].map(addresses.next) as [
    number,
    number,
    number,
    number,
  ];
  const addressCount = addresses.count();
  const vectors = localNumbers(5 + addressCount);
  const sources = [x, ...otherInputs];
  const targets = [y, ...otherOutputs];
  const factors = otherOutputs.map(() => ({ real: vectors.next(), imaginary: vectors.next() }));
  const inputs = sources.map(vectors.next);
  const work = vectors.count();
  let most = 0;

  const oneTransform = (transform: number): number[] => {
    const offset = COMPLEX_BYTES * transform;
    // Every transform uses the same locals again.
    const more = localNumbers(5 + addressCount + work);
    const loads = sources.flatMap((source, k) =>
      assign(inputs[k]!, [...localGet(source), ...v128Load(offset)]),
    );
    const { code, outputs } = butterfly(inputs, more.next);
    const stores = outputs.flatMap((output, j) => {
      const factor = factors[j - 1];
      const value =
        factor === undefined
          ? localGet(output)
          : add(
              multiply(localGet(output), localGet(factor.real)),
              multiply(swapped(output), localGet(factor.imaginary)),
            );
      return [...localGet(targets[j]!), ...value, ...v128Store(offset)];
    });
    most = Math.max(most, more.count());
    return [...loads, ...code, ...stores];
  };

  const following = (places: readonly number[], by: number): number[] =>
    places
      .slice(1)
      .flatMap((place, index) => assign(place, [...localGet(places[index]!), ...localGet(by), ...I32_ADD]));
  const ahead = (places: readonly number[]): number[] =>
    places.flatMap((place) => advance(place, COMPLEX_BYTES * SIDE_BY_SIDE));
  const transforms = Array.from({ length: SIDE_BY_SIDE }, (_, transform) => oneTransform(transform)).flat();
  const row = [
    ...factors.flatMap(({ real, imaginary }, j) => [
      ...assign(real, [...localGet(twiddles), ...v128Load(8 * TWIDDLE_DOUBLES * j)]),
      ...assign(imaginary, [...localGet(twiddles), ...v128Load(8 * TWIDDLE_DOUBLES * j + 16)]),
    ]),
    ...advance(twiddles, 8 * TWIDDLE_DOUBLES * (radix - 1)),
    ...assign(lastOfRow, [...localGet(x), ...localGet(width), ...I32_ADD]),
    ...repeatUntilEqual(x, lastOfRow, [...transforms, ...ahead(sources), ...ahead(targets)]),
    // Each target has moved on by the width; the next rows of outputs begin behind all of them.
    ...targets.flatMap((target) => otherOutputs.flatMap(() => advanceBy(target, width))),
  ];
  return {
    name: `radix${radix}`,
    parameterCount: 5,
    addressCount,
    vectorCount: work + most,
    body: [
      ...assign(width, [...localGet(s), ...i32Const(COMPLEX_BYTES), ...I32_MUL]),
      ...assign(step, [...localGet(width), ...localGet(m), ...I32_MUL]),
      ...assign(lastX, [...localGet(x), ...localGet(step), ...I32_ADD]),
      ...following(sources, step),
      ...following(targets, width),
      ...repeatUntilEqual(x, lastX, row),
    ],
  };
}

const radix2Outputs: Butterfly = ([a = 0, b = 0], next) => {
  const outputs = [next(), next()];
  return {
    code: [
      ...assign(outputs[0]!, add(localGet(a), localGet(b))),
      ...assign(outputs[1]!, subtract(localGet(a), localGet(b))),
    ],
    outputs,
  };
};

const radix3Outputs: Butterfly = ([a = 0, b = 0, c = 0], next) => {
  const [sum, turn, mid, out0, out1, out2] = [0, 1, 2, 3, 4, 5].map(next) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  // (im b − im c, re c − re b)
  const across = subtract(
    [...localGet(b), ...localGet(c), ...f64x2Shuffle(1, 0)],
    [...localGet(c), ...localGet(b), ...f64x2Shuffle(1, 0)],
  );
  return {
    code: [
      ...assign(sum, add(localGet(b), localGet(c))),
      ...assign(turn, multiply(both(Math.sqrt(3) / 2), across)),
      ...assign(mid, subtract(localGet(a), multiply(both(0.5), localGet(sum)))),
      ...assign(out0, add(localGet(a), localGet(sum))),
      ...assign(out1, add(localGet(mid), localGet(turn))),
      ...assign(out2, subtract(localGet(mid), localGet(turn))),
    ],
    outputs: [out0, out1, out2],
  };
};

const radix4Outputs: Butterfly = ([a = 0, b = 0, c = 0, d = 0], next) => {
  const [sumAc, difAc, sumBd, difBd] = [0, 1, 2, 3].map(next) as [number, number, number, number];
  const outputs = [0, 1, 2, 3].map(next) as [number, number, number, number];
  return {
    code: [
      ...assign(sumAc, add(localGet(a), localGet(c))),
      ...assign(difAc, subtract(localGet(a), localGet(c))),
      ...assign(sumBd, add(localGet(b), localGet(d))),
      ...assign(difBd, subtract(localGet(b), localGet(d))),
      ...assign(difBd, turned(difBd)),
      ...assign(outputs[0], add(localGet(sumAc), localGet(sumBd))),
      ...assign(outputs[1], add(localGet(difAc), localGet(difBd))),
      ...assign(outputs[2], subtract(localGet(sumAc), localGet(sumBd))),
      ...assign(outputs[3], subtract(localGet(difAc), localGet(difBd))),
    ],
    outputs,
  };
};

const radix5Outputs: Butterfly = ([a = 0, b = 0, c = 0, d = 0, e = 0], next) => {
  const [sum1, dif1, sum2, dif2] = [0, 1, 2, 3].map(next) as [number, number, number, number];
  const [mid1, mid2, turn1, turn2] = [0, 1, 2, 3].map(next) as [number, number, number, number];
  const outputs = [0, 1, 2, 3, 4].map(next) as [number, number, number, number, number];
  const [cos72, cos144] = [both(Math.cos((2 * Math.PI) / 5)), both(Math.cos((4 * Math.PI) / 5))];
  const [sin72, sin144] = [both(Math.sin((2 * Math.PI) / 5)), both(Math.sin((4 * Math.PI) / 5))];
  const mid = (first: number[], second: number[]): number[] =>
    add(add(localGet(a), multiply(first, localGet(sum1))), multiply(second, localGet(sum2)));
  const negateImaginary = [...v128Const(0, -0), ...V128_XOR];
  return {
    code: [
      ...assign(sum1, add(localGet(b), localGet(e))),
      ...assign(dif1, subtract(localGet(b), localGet(e))),
      ...assign(sum2, add(localGet(c), localGet(d))),
      ...assign(dif2, subtract(localGet(c), localGet(d))),
      ...assign(dif1, swapped(dif1)),
      ...assign(dif2, swapped(dif2)),
      ...assign(mid1, mid(cos72, cos144)),
      ...assign(mid2, mid(cos144, cos72)),
      ...assign(turn1, [
        ...add(multiply(sin72, localGet(dif1)), multiply(sin144, localGet(dif2))),
        ...negateImaginary,
      ]),
      ...assign(turn2, [
        ...subtract(multiply(sin144, localGet(dif1)), multiply(sin72, localGet(dif2))),
        ...negateImaginary,
      ]),
      ...assign(outputs[0], add(add(localGet(a), localGet(sum1)), localGet(sum2))),
      ...assign(outputs[1], add(localGet(mid1), localGet(turn1))),
      ...assign(outputs[2], add(localGet(mid2), localGet(turn2))),
      ...assign(outputs[3], subtract(localGet(mid2), localGet(turn2))),
      ...assign(outputs[4], subtract(localGet(mid1), localGet(turn1))),
    ],
    outputs,
  };
};
