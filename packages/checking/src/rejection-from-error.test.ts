import { MAP_REJECTION_CODES, rejectionReasonSchema, type RejectionCode } from '@sillage/contracts';
import { NetcdfError, type NetcdfErrorCode } from '@sillage/netcdf/portable';
import { IncompleteCoverageError, IrregularGridError } from '@sillage/science';
import { describe, expect, test } from 'vitest';
import { anomalyReason } from './anomaly.js';
import { areaReason, daysMissingReason } from './coverage.js';
import { RejectionError } from './rejection-error.js';
import { decodingLimitReason, rejectionFromError } from './rejection-from-error.js';

/** Does not compile when netcdf gets a code that is not listed. */
const NETCDF_CODES = Object.keys({
  'unreadable-file': true,
  'unsupported-format': true,
  'file-too-large': true,
  'external-storage': true,
  'virtual-dataset': true,
  'external-link': true,
  'soft-link': true,
  'unsupported-filter': true,
  'unsupported-type': true,
  'declared-size-too-large': true,
  'compression-ratio-too-large': true,
  'too-many-objects': true,
  'variable-not-found': true,
  'ambiguous-variable': true,
  'coordinate-not-found': true,
  'wrong-dimensions': true,
  'irregular-grid': true,
  'unsupported-calendar': true,
  'unknown-units': true,
  'values-out-of-range': true,
  'empty-field': true,
} satisfies Record<NetcdfErrorCode, true>) as NetcdfErrorCode[];

const place = { timeIndex: 0, latIndex: 1, lonIndex: 2, timeDays: 22_940, latDeg: 35.05, lonDeg: -60.1 };

/** One way to each code; the netcdf package's own tests build the files behind its codes. */
const reasons = [
  ...NETCDF_CODES.map((code) =>
    rejectionFromError(
      new NetcdfError({ code, where: "variable 'ssh'", found: 'this', expected: 'that', fix: 'Do so.' }),
      { subject: 'gf.nc' },
    ),
  ),
  rejectionFromError(new IncompleteCoverageError({ missing: 3, required: 40_000, first: place }), {
    subject: 'gf.nc',
  }),
  rejectionFromError(new IrregularGridError({ axis: 'time', reason: 'step 3 is 2, the mean step is 1' }), {
    subject: 'gf.nc',
  }),
  rejectionFromError(new RangeError('Array buffer allocation failed'), { subject: 'gf.nc' }),
  new RejectionError(decodingLimitReason('gf.nc', 'time')),
  new RejectionError(daysMissingReason('gf.nc', [22_940], { start: '2012-10-22', end: '2012-10-23' })),
  new RejectionError(
    areaReason('gf.nc', [
      { axis: 'latitudes', foundFirst: 33, foundLast: 42, neededFirst: 33, neededLast: 43 },
    ]),
  ),
  new RejectionError(
    anomalyReason(
      {
        sourceKind: 'sla',
        variableName: 'sla',
        variableAttributes: { standard_name: 'sea_surface_height_above_sea_level' },
      },
      'gf.nc',
    )!,
  ),
].map((error) => {
  if (!(error instanceof RejectionError)) throw new Error(`not a rejection: ${error.message}`);
  return error;
});

describe('rejections', () => {
  test('every code that the contracts know for maps has a way to come about', () => {
    const produced = new Set<RejectionCode>(reasons.map((error) => error.reason.code));
    expect(MAP_REJECTION_CODES.filter((code) => !produced.has(code))).toEqual([]);
  });

  test.each(reasons.map((error) => ({ name: error.reason.code, error })))(
    '$name says where, what was found, what is needed and how to mend it',
    ({ error }) => {
      expect(rejectionReasonSchema.safeParse(error.reason).success).toBe(true);
      expect(error.reason.where).toContain('gf.nc');
      for (const text of [error.reason.found, error.reason.expected, error.reason.fix]) {
        expect(text.length).toBeGreaterThan(3);
        expect(text).not.toMatch(/undefined|NaN|\[object/);
      }
      expect(error.reason.fix).toMatch(/[.)]$/);
      expect(error.message).toContain(error.reason.fix);
    },
  );

  test('holes are counted, located and put in proportion', () => {
    const error = rejectionFromError(
      new IncompleteCoverageError({ missing: 3, required: 40_000, first: place }),
      {
        subject: 'gf.nc',
      },
    );
    expect((error as RejectionError).reason.found).toBe(
      'no value at 3 of 40000 scored points (less than 0.01 %); the first is on 2012-10-22 at latitude 35.05, longitude −60.1',
    );
  });

  test('the file is named once', () => {
    const fields = {
      code: 'unreadable-file',
      found: 'it ends early',
      expected: 'more',
      fix: 'Copy it again.',
    } as const;
    const error = rejectionFromError(new NetcdfError({ ...fields, where: 'the file gf.nc' }), {
      subject: 'gf.nc',
    });
    expect((error as RejectionError).reason.where).toBe('the file gf.nc');
  });

  test.each([
    {
      name: 'a full disk',
      error: Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }),
    },
    { name: 'a slip of ours', error: new TypeError('x is not a function') },
    { name: 'a call with bad arguments', error: new RangeError('days 5 + 1 lie outside the field of 5') },
  ])('$name is not the participant’s fault and stays what it is', ({ error }) => {
    expect(rejectionFromError(error, { subject: 'gf.nc' })).toBe(error);
  });
});
