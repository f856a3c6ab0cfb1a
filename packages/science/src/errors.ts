/** Where a value is missing: indices into the scored grid and its coordinates. */
export type GridPlace = {
  readonly timeIndex: number;
  readonly latIndex: number;
  readonly lonIndex: number;
  /** Days since 1950-01-01 UTC. */
  readonly timeDays: number;
  readonly latDeg: number;
  readonly lonDeg: number;
};

/** The reconstruction is missing where the reference is valid. */
export class IncompleteCoverageError extends Error {
  readonly tag = 'incomplete-coverage';
  /** Number of points (days × places) that are missing. */
  readonly missing: number;
  /** Number of points that the reference has. */
  readonly required: number;
  /** The first missing point in the order time, latitude, longitude. */
  readonly first: GridPlace;

  constructor(fields: { missing: number; required: number; first: GridPlace }) {
    const { timeDays, latDeg, lonDeg } = fields.first;
    super(
      `the reconstruction misses ${fields.missing} of ${fields.required} points that the reference has; the first at ` +
        `day ${timeDays} (days since 1950-01-01), latitude ${latDeg}, longitude ${lonDeg}`,
    );
    this.missing = fields.missing;
    this.required = fields.required;
    this.first = fields.first;
  }
}

/** An array does not have the length that its grid asks for. */
export class ShapeMismatchError extends Error {
  readonly tag = 'shape-mismatch';
  readonly variable: string;
  readonly found: number;
  readonly expected: number;

  constructor(fields: { name: string; found: number; expected: number }) {
    super(`'${fields.name}' holds ${fields.found} values, needs ${fields.expected}`);
    this.variable = fields.name;
    this.found = fields.found;
    this.expected = fields.expected;
  }
}

/** An axis is not ascending and evenly spaced. */
export class IrregularGridError extends Error {
  readonly tag = 'irregular-grid';
  readonly axis: 'time' | 'latitude' | 'longitude';
  readonly reason: string;

  constructor(fields: { axis: 'time' | 'latitude' | 'longitude'; reason: string }) {
    super(`the ${fields.axis} axis is not regular: ${fields.reason}`);
    this.axis = fields.axis;
    this.reason = fields.reason;
  }
}

/** Statistics that cannot be added: other grids, other protocols, or a latitude row counted twice. */
export class IncompatibleStatisticsError extends Error {
  readonly tag = 'incompatible-statistics';
  readonly reason: string;

  constructor(reason: string) {
    super(`these statistics cannot be merged: ${reason}`);
    this.reason = reason;
  }
}

/** No score exists: the reference holds no valid point, or is zero everywhere. */
export class UndefinedScoreError extends Error {
  readonly tag = 'undefined-score';
  readonly reason: string;

  constructor(reason: string) {
    super(`the scores are undefined: ${reason}`);
    this.reason = reason;
  }
}

/** An option is outside what the function is defined for. */
export class InvalidOptionError extends Error {
  readonly tag = 'invalid-option';
  readonly option: string;

  constructor(option: string, found: unknown, expected: string) {
    super(`option '${option}' is ${String(found)}, needs ${expected}`);
    this.option = option;
  }
}

/** A covariance matrix cannot be factorised: observations coincide without noise, or the cut is too near. */
export class NotPositiveDefiniteError extends Error {
  readonly tag = 'not-positive-definite';
  readonly row: number;
  readonly pivot: number;

  constructor(fields: { row: number; pivot: number }) {
    super(
      `the covariance of the observations is not positive definite (pivot ${fields.pivot} in row ${fields.row}): ` +
        'observations coincide, the noise is too small, or the covariance is cut too near',
    );
    this.row = fields.row;
    this.pivot = fields.pivot;
  }
}

/** An iterative solution did not come close enough. */
export class NotConvergedError extends Error {
  readonly tag = 'not-converged';
  readonly iterations: number;

  constructor(fields: { iterations: number; tolerance: number }) {
    super(
      `the conjugate gradients did not reduce the residual to ${fields.tolerance} in ${fields.iterations} iterations: ` +
        'the noise is too small for this method',
    );
    this.iterations = fields.iterations;
  }
}
