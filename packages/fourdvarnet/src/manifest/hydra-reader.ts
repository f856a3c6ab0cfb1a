import { isMapping, type RawManifest } from './raw-manifest.js';

/** What a hydra configuration says about a manifest. */
export type HydraManifest = {
  /** Keys of a manifest that could be filled. */
  manifest: RawManifest;
  /** Where each value was found, `key ← place`, or which default of the code base stands there. */
  found: readonly string[];
  /** The same by key. */
  origins: ReadonlyMap<string, string>;
  /** Keys that the configuration does not hold, and why. */
  missing: readonly { key: string; reason: string }[];
  /** Keys that it holds with something that is not built here. */
  refused: readonly { key: string; reason: string }[];
};

/** Interpolations that lead to interpolations: real files have two levels. */
const MAX_INTERPOLATION_DEPTH = 20;

export const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
export const isNumberOrNull = (value: unknown): boolean => value === null || isNumber(value);
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** Collects what was found and what was not. */
export class HydraReader {
  readonly #config: RawManifest;
  readonly #manifest: Record<string, unknown> = {};
  readonly #found: string[] = [];
  readonly #origins = new Map<string, string>();
  readonly #missing = new Map<string, string>();
  readonly #refused: { key: string; reason: string }[] = [];

  constructor(config: RawManifest) {
    this.#config = config;
  }

  /** The value at a dotted place, interpolations followed; undefined where there is none. */
  at(place: string): unknown {
    return this.#resolved(this.#raw(place), 0);
  }

  /** The names in a block; none where there is no block. */
  keys(place: string): readonly string[] {
    const block = this.at(place);
    return isMapping(block) ? Object.keys(block) : [];
  }

  /** The last name of the class or function that builds a block: `GradSolver` of `src.models.GradSolver`. */
  className(place: string): string | null {
    const target = this.at(`${place}._target_`);
    return typeof target === 'string' ? (target.split('.').at(-1) ?? null) : null;
  }

  set(key: string, value: unknown, origin: string): void {
    this.#manifest[key] = value;
    this.#found.push(`${key} ← ${origin}`);
    this.#origins.set(key, origin);
    this.#missing.delete(key);
  }

  miss(key: string, reason: string): void {
    this.#missing.set(key, reason);
  }

  /** What the configuration says and is not built here: no other source may stand in for it. */
  refuse(key: string, reason: string): void {
    this.#refused.push({ key, reason });
  }

  /** Takes the first of several places that holds a value of the kind wanted. */
  take(
    key: string,
    places: readonly string[],
    isWanted: (value: unknown) => boolean,
    fallback?: { value: unknown; origin: string },
  ): void {
    for (const place of places) {
      const value = this.at(place);
      if (isWanted(value)) return this.set(key, value, place);
      if (value !== undefined)
        return this.miss(
          key,
          `${place} is ${JSON.stringify(value)}, which cannot be read without running code`,
        );
    }
    if (fallback !== undefined) return this.set(key, fallback.value, fallback.origin);
    this.miss(key, `the configuration has no ${places[0]!}`);
  }

  result(): HydraManifest {
    return {
      manifest: this.#manifest,
      found: this.#found,
      origins: this.#origins,
      missing: [...this.#missing].map(([key, reason]) => ({ key, reason })),
      refused: this.#refused,
    };
  }

  #raw(place: string): unknown {
    let value: unknown = this.#config;
    for (const key of place.split('.')) {
      value = this.#resolved(value, 0);
      if (!isMapping(value) || !Object.hasOwn(value, key)) return undefined;
      value = value[key];
    }
    return value;
  }

  /** Follows `${a.b.c}` and `${div:…,…}`; other resolvers, as `${now:…}`, stay the text that they are. */
  #resolved(value: unknown, depth: number): unknown {
    if (typeof value !== 'string' || depth > MAX_INTERPOLATION_DEPTH) return value;
    const text = value.trim();
    const place = /^\$\{([A-Za-z0-9_.]+)\}$/.exec(text)?.[1];
    if (place === undefined) return this.#computed(text, depth) ?? value;
    if (place.startsWith('.')) return value;
    let target: unknown = this.#config;
    for (const key of place.split('.')) {
      target = this.#resolved(target, depth + 1);
      if (!isMapping(target) || !Object.hasOwn(target, key)) return value;
      target = target[key];
    }
    return this.#resolved(target, depth + 1);
  }

  /** `div` and `mul` of whole numbers, which core registers for sizes of patches; null for everything else. */
  #computed(text: string, depth: number): number | null {
    const call = /^\$\{(div|mul):([^,]+),([^,]+)\}$/.exec(text);
    if (call === null) return null;
    const [left, right] = [call[2]!, call[3]!].map((argument) => {
      const value = this.#resolved(argument.trim(), depth + 1);
      return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    });
    if (!isNumber(left) || !isNumber(right)) return null;
    const result = call[1] === 'div' ? left / right : left * right;
    return Number.isInteger(result) ? result : null;
  }
}

/** The numbers of a block of time, lat and lon; null unless it holds some and nothing else. */
export function axesAt(reader: HydraReader, place: string): Record<string, number> | null {
  const block = reader.at(place);
  if (!isMapping(block)) return null;
  const axes: Record<string, number> = {};
  for (const axis of ['time', 'lat', 'lon']) {
    const value = reader.at(`${place}.${axis}`);
    if (isNumber(value)) axes[axis] = value;
    else if (value !== undefined) return null;
  }
  return Object.keys(axes).length === 0 ? null : axes;
}
