import type { AlongTrackObservations } from '@sillage/science';

/** What an optimal interpolation maps: heights at places and times, with and without instrument errors. */
export type Observations = AlongTrackObservations & {
  /** With instrument errors, metres, shape `[N]`; null where a file has none. */
  readonly sshObservedM: Float64Array | null;
};

/** Collects observations, each the mean of a group of measurements. */
export class ObservationCollector {
  private readonly timeDays: number[] = [];
  private readonly latDeg: number[] = [];
  private readonly lonDeg: number[] = [];
  private readonly sshM: number[] = [];
  private readonly observedM: number[] | null;
  /** Sums over the group; longitudes relative to its first, so that those on both sides of ±180° average well. */
  private count = 0;
  private firstLonDeg = 0;
  private timeSum = 0;
  private latSum = 0;
  private lonSum = 0;
  private sshSum = 0;
  private observedSum = 0;

  constructor(hasObservedHeights: boolean) {
    this.observedM = hasObservedHeights ? [] : null;
  }

  /** One measurement of the current group; the last height is ignored where there are none with errors. */
  add(timeDays: number, latDeg: number, lonDeg: number, sshM: number, observedM: number): void {
    if (this.count === 0) this.firstLonDeg = lonDeg;
    this.count++;
    this.timeSum += timeDays;
    this.latSum += latDeg;
    this.lonSum += this.firstLonDeg + wrapped(lonDeg - this.firstLonDeg);
    this.sshSum += sshM;
    this.observedSum += observedM;
  }

  /** The measurements since the last call become one observation; none is none. */
  endGroup(): void {
    if (this.count === 0) return;
    this.timeDays.push(this.timeSum / this.count);
    this.latDeg.push(this.latSum / this.count);
    this.lonDeg.push(wrapped(this.lonSum / this.count));
    this.sshM.push(this.sshSum / this.count);
    this.observedM?.push(this.observedSum / this.count);
    this.count = 0;
    this.timeSum = 0;
    this.latSum = 0;
    this.lonSum = 0;
    this.sshSum = 0;
    this.observedSum = 0;
  }

  observations(): Observations {
    return {
      timeDays: Float64Array.from(this.timeDays),
      latDeg: Float64Array.from(this.latDeg),
      lonDeg: Float64Array.from(this.lonDeg),
      sshM: Float64Array.from(this.sshM),
      sshObservedM: this.observedM === null ? null : Float64Array.from(this.observedM),
    };
  }
}

/** Observations of several files as one set; with instrument errors only if all of them have such heights. */
export function joinedObservations(parts: readonly Observations[]): Observations {
  const join = (column: (part: Observations) => Float64Array): Float64Array => {
    const joined = new Float64Array(parts.reduce((sum, part) => sum + part.timeDays.length, 0));
    let offset = 0;
    for (const part of parts) {
      joined.set(column(part), offset);
      offset += part.timeDays.length;
    }
    return joined;
  };
  const haveAllErrors = parts.every((part) => part.sshObservedM !== null);
  return {
    timeDays: join((part) => part.timeDays),
    latDeg: join((part) => part.latDeg),
    lonDeg: join((part) => part.lonDeg),
    sshM: join((part) => part.sshM),
    sshObservedM: haveAllErrors ? join((part) => part.sshObservedM ?? new Float64Array(0)) : null,
  };
}

/** The observations that a rule picks. */
export function pickedObservations(
  observations: Observations,
  isPicked: (index: number) => boolean,
): Observations {
  const picked = Int32Array.from(observations.timeDays.keys()).filter(isPicked);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(picked, (index) => values[index]!);
  return {
    timeDays: pick(observations.timeDays),
    latDeg: pick(observations.latDeg),
    lonDeg: pick(observations.lonDeg),
    sshM: pick(observations.sshM),
    sshObservedM: observations.sshObservedM && pick(observations.sshObservedM),
  };
}

function wrapped(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}
