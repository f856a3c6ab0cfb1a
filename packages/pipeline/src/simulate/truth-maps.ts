import type { ObservedPeriod } from '@sillage/ocean';
import type { FieldValues, RegularGrid } from '@sillage/science';

/** A height to observe, map by map. */
export type TruthSource = {
  /** What messages and attributes call it. */
  name: string;
  /** Days since 1950-01-01 UTC, degrees; axes ascending, at least two of each. */
  grid: RegularGrid;
  /** Map of one time, m, NaN = land or missing, [lat, lon] in C order; asked for once each, in order. */
  readDay(timeIndex: number): FieldValues | Promise<FieldValues>;
};

/** Maps around the instant that is observed, in shared memory; those that are no longer needed are written over. */
export type TruthMaps = {
  /** The maps that enclose [startDays, endDays]; release them when the period has been observed. */
  enclosing(startDays: number, endDays: number): Promise<Pick<ObservedPeriod, 'maps' | 'firstMapIndex'>>;
  /** The enclosing maps of the earliest period that has not been released yet are not needed any more. */
  release(): void;
};

export function createTruthMaps(source: TruthSource): TruthMaps {
  const { timeDays, latDeg, lonDeg } = source.grid;
  const kept = new Map<number, FieldValues>();
  const free: FieldValues[] = [];
  const uses: { first: number; last: number }[] = [];
  let read = 0;
  const copyOf = (values: FieldValues): FieldValues => {
    if (values.length !== latDeg.length * lonDeg.length) {
      throw new RangeError(
        `map ${read} of ${source.name} has ${values.length} values, need ${latDeg.length * lonDeg.length}`,
      );
    }
    const index = free.findIndex((buffer) => buffer.BYTES_PER_ELEMENT === values.BYTES_PER_ELEMENT);
    const target = index >= 0 ? free.splice(index, 1)[0]! : sharedValues(values);
    target.set(values);
    return target;
  };
  return {
    async enclosing(startDays, endDays) {
      const first = Math.max(
        0,
        lastIndexWhere(timeDays, (time) => time <= startDays),
      );
      const after = timeDays.findIndex((time) => time >= endDays);
      const last = after < 0 ? timeDays.length - 1 : after;
      for (; read <= last; read++) {
        const values = await source.readDay(read);
        if (read >= first) kept.set(read, copyOf(values));
      }
      uses.push({ first, last });
      return {
        firstMapIndex: first,
        maps: {
          timeDays: timeDays.slice(first, last + 1),
          latDeg,
          lonDeg,
          maps: Array.from({ length: last - first + 1 }, (_, index) => kept.get(first + index)!),
        },
      };
    },
    release() {
      const released = uses.shift();
      // The period to come may start with the same map as the last one did.
      const needed = uses[0]?.first ?? released?.first ?? 0;
      for (const [index, values] of kept) {
        if (index >= needed) continue;
        kept.delete(index);
        free.push(values);
      }
    },
  };
}

function sharedValues(like: FieldValues): FieldValues {
  const buffer = new SharedArrayBuffer(like.byteLength);
  return like instanceof Float64Array ? new Float64Array(buffer) : new Float32Array(buffer);
}

function lastIndexWhere(values: Float64Array, holds: (value: number) => boolean): number {
  return values.findLastIndex(holds);
}
