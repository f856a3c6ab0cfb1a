import {
  MAX_PREVIEW_POINTS,
  MAX_REPORTED_FILES,
  packHeights,
  packPoints,
  REPORT_SHARES,
  type Agreement,
  type DatasetFileReport,
  type DatasetFinding,
  type DatasetReport,
  type LeakRow,
} from '@sillage/contracts';

const BOX = { west: -64.123_456_789, east: -55.123_456_789, south: 33.123_456_789, north: 42.123_456_789 };
const PERIOD = { start: '2012-10-22', end: '2012-12-02' };
const SENTENCE =
  'of the heights of this file are elsewhere than the truth at the same place and time; '.repeat(2);

/** A report as large as an inspection makes them: as many files as may be, each with all that can be told, and full tables. */
export function largestReport({ path, sha256 }: { path: string; sha256: string }): DatasetReport {
  const inAll = Math.floor(REPORT_SHARES.listed / MAX_REPORTED_FILES);
  const place = { area: 'gulf-stream', scenario: 'nadir-4-and-swot' };
  const bare: DatasetFileReport = {
    path,
    sha256,
    sizeBytes: 2 ** 33,
    uses: Array.from({ length: 2 }, () => ({ role: 'observations' as const, ...place })),
    format: 'NetCDF-4 (HDF5)',
    conventions: 'CF-1.10',
    variable: 'ssh_obs',
    units: 'm',
    kind: 'grid',
    spacingDeg: 0.05,
    dimensions: Array.from({ length: inAll }, () => ({ name: 'longitude', size: 240 })),
    variables: Array.from({ length: inAll }, () => ({
      name: 'sea_surface_height_above_geoid',
      units: 'degrees_north',
      dimensions: ['time', 'latitude', 'longitude'],
    })),
    satellites: ['sentinel-3a', 'cryosat-2'],
    extent: { box: BOX, period: PERIOD },
    statistics: {
      count: 123_456_789,
      missingCount: 123_456_789,
      min: -1.123_456_789_012_34,
      max: 1.123_456_789_012_34,
      mean: 0.123_456_789_012_34,
      std: 0.123_456_789_012_34,
    },
    previewMap: null,
    previewTrack: null,
  };
  const half = MAX_REPORTED_FILES / 2;
  const side = Math.floor(Math.sqrt(REPORT_SHARES.mapNodes / half));
  const previewMap = mapOf(side);
  const previewTrack = trackOf(Math.min(MAX_PREVIEW_POINTS, REPORT_SHARES.trackPoints / half));
  const finding: DatasetFinding = {
    severity: 'note',
    code: 'observations-disagree',
    path,
    ...place,
    found: SENTENCE,
    needed: SENTENCE,
    fix: SENTENCE,
  };
  const agreement: Agreement = {
    path,
    role: 'observations',
    ...place,
    variable: 'ssh_obs',
    pointCount: 6000,
    biasM: 0.001_234_567_890_123,
    rmseM: 0.012_345_678_901_23,
    correlation: 0.999_912_345_678_9,
    bestShiftDays: 0,
  };
  const leak: LeakRow = {
    path,
    role: 'observations',
    variable: 'ssh_obs',
    area: place.area,
    sealedDayCount: 42,
    rmseM: 0.012_345_678_901_23,
    verdict: 'input',
  };
  const rows = <Row>(row: Row): Row[] => Array.from({ length: REPORT_SHARES.rows }, () => row);
  return {
    inspectedAt: '2026-11-27T00:00:00Z',
    evaluatorVersion: '0.1.0',
    files: Array.from({ length: MAX_REPORTED_FILES }, (_, index) =>
      index < half ? { ...bare, previewMap } : { ...bare, kind: 'along-track', previewTrack },
    ),
    agreements: rows(agreement),
    leaks: rows(leak),
    findings: rows(finding),
  };
}

function mapOf(side: number): DatasetFileReport['previewMap'] {
  const units = { scale: 0.01, offset: 0 };
  const heightsM = Float64Array.from({ length: side * side }, (_, node) => Math.sin(node / 7));
  const values = packHeights(heightsM, units);
  return { box: BOX, day: PERIOD.start, latCount: side, lonCount: side, ...units, values };
}

function trackOf(count: number): DatasetFileReport['previewTrack'] {
  const points = Array.from({ length: count }, (_, index) => ({
    lonDeg: BOX.west + Math.sin(index),
    latDeg: BOX.south + Math.cos(index),
    heightM: Math.sin(index / 7),
  }));
  return { box: BOX, period: PERIOD, points: packPoints(points) };
}
