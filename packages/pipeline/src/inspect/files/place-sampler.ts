/** Values at some places and times of a file. */
export type SampledPlaces = {
  /** Days since 1950-01-01 UTC. */
  timeDays: number[];
  latDeg: number[];
  lonDeg: number[];
  /** In the unit of the variable, metres where it is a height. */
  values: number[];
};

/** As many points as tell one ocean from another beyond doubt; more cost time only. */
export const SAMPLED_PLACES = 3000;

/**
 * Keeps about {@link SAMPLED_PLACES} of a stream of places, however many come, spread over all of it. The steps between kept
 * places vary, so that no row or column of a grid is preferred; the same stream gives the same places.
 */
export class PlaceSampler {
  readonly #limit: number;
  #places: SampledPlaces = { timeDays: [], latDeg: [], lonDeg: [], values: [] };
  #stride = 1;
  #skip = 0;
  #state = 0x9e3779b9;
  /** Values that were offered, kept or not. */
  seen = 0;

  constructor(limit = SAMPLED_PLACES) {
    this.#limit = limit;
  }

  /** Whether the next value shall be handed over by `keep`: asking counts it. */
  wants(): boolean {
    this.seen++;
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    this.#skip = this.#stride === 1 ? 0 : this.#next() % (2 * this.#stride - 1);
    return true;
  }

  keep(timeDays: number, latDeg: number, lonDeg: number, value: number): void {
    const places = this.#places;
    places.timeDays.push(timeDays);
    places.latDeg.push(latDeg);
    places.lonDeg.push(lonDeg);
    places.values.push(value);
    if (places.values.length < 2 * this.#limit) return;
    const half = (values: number[]): number[] => values.filter((_value, index) => index % 2 === 0);
    this.#places = {
      timeDays: half(places.timeDays),
      latDeg: half(places.latDeg),
      lonDeg: half(places.lonDeg),
      values: half(places.values),
    };
    this.#stride *= 2;
  }

  get places(): SampledPlaces {
    return this.#places;
  }

  /** xorshift32 (Marsaglia 2003): steps need to be uneven, not random. */
  #next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }
}
