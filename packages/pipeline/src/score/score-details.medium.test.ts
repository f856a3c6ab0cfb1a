import { boxStatisticsSchema, resolutionByBoxSchema, zonalSpectraSchema } from '@sillage/contracts';
import { afterAll, expect, test } from 'vitest';
import { scoreReconstruction } from './score-reconstruction.js';
import {
  evenly,
  sampleGrid,
  sampleHeight,
  TASK,
  temporaryFolder,
  writeSample,
} from '../testing/sample-files.js';

const files = temporaryFolder();
afterAll(() => files.remove());

const referencePath = await writeSample(files.path('truth.nc'));
const reconstructionPath = await writeSample(files.path('map.nc'), {
  height: (time, lat, lon) => sampleHeight(time, lat, lon) + 0.01 * (lat - 35),
});
const score = (threads: number) =>
  scoreReconstruction({
    referencePath,
    reconstructionPath,
    protocol: 'osse-natl',
    scoredBox: TASK.scoredBox,
    period: TASK.period,
    threads,
    details: true,
  });

const sum = (values: readonly (readonly number[])[]) =>
  values.flat().reduce((total, value) => total + value, 0);

test('the boxes add up to the scores, day by day and together, whatever the number of threads', async () => {
  const { scores, diagnostics, details } = await score(2);
  const boxes = boxStatisticsSchema.parse(details.boxes);
  expect(boxes).toMatchObject({ sizeDeg: 0.5, rowCount: 6, columnCount: 8, southDeg: 34, westDeg: -60 });
  const { count, squaredErrorM2, squaredReferenceM2 } = boxes;
  expect(1 - Math.sqrt(sum(squaredErrorM2) / sum(squaredReferenceM2))).toBeCloseTo(scores.mu, 6);
  expect(Math.sqrt(sum(squaredErrorM2) / sum(count))).toBeCloseTo(scores.rmseM, 8);
  boxes.timeDays.forEach((timeDays, day) => {
    expect(timeDays).toBe(diagnostics.daily.timeDays[day]);
    const daily = 1 - Math.sqrt(sum([squaredErrorM2[day]!]) / sum([squaredReferenceM2[day]!]));
    expect(daily).toBeCloseTo(diagnostics.daily.rmseScore[day]!, 6);
  });
  expect((await score(1)).details).toEqual(details);
});

test('the spectra hold the variance that is there, and an error without zonal waves has none', async () => {
  const { details } = await score(1);
  const spectra = zonalSpectraSchema.parse(details.spectra);
  expect(spectra.segmentDeg).toBeCloseTo(4.25, 6); // 17 nodes of a quarter degree
  expect(spectra.segmentCount).toBe(16 * 13);
  expect(spectra.wavelengthDeg[0]).toBeCloseTo(4.25, 6);
  const variance = (densities: readonly number[]) => sum([densities]) / spectra.segmentDeg;
  expect(variance(spectra.reference)).toBeGreaterThan(0.001);
  expect(variance(spectra.reconstruction) / variance(spectra.reference)).toBeCloseTo(1, 4);
  expect(variance(spectra.error) / variance(spectra.reference)).toBeLessThan(1e-9);
});

test('the boxes tell where small waves are lost, whatever the number of threads, and a small area has none', async () => {
  expect((await score(1)).details.resolution).toBeNull();
  const grid = sampleGrid({ latDeg: evenly(33.125, 40, 0.25), lonDeg: evenly(-64.875, 40, 0.25) });
  const wave = (lengthDeg: number, lon: number) => 0.1 * Math.sin((2 * Math.PI * lon) / lengthDeg);
  const waves = (lon: number, lat: number) =>
    wave(2.5, lon + 0.3 * lat) + wave(1.6, lon - lat) + wave(0.9, lon + lat);
  const truth = await writeSample(files.path('waves.nc'), { grid, height: (_, lat, lon) => waves(lon, lat) });
  const map = await writeSample(files.path('smooth.nc'), {
    grid,
    // The east has lost what is shorter than 2.5°, the west what is shorter than 1.6°.
    height: (_, lat, lon) =>
      wave(2.5, lon + 0.3 * lat) + (lon < -60 ? wave(1.6, lon - lat) : 0) + 0.001 * wave(0.6, lon),
  });
  const details = async (threads: number) =>
    (
      await scoreReconstruction({
        referencePath: truth,
        reconstructionPath: map,
        protocol: 'osse-2020a',
        threads,
        details: true,
      })
    ).details;
  const resolution = resolutionByBoxSchema.parse((await details(2)).resolution);
  expect(resolution).toMatchObject({
    direction: 'zonal',
    unit: 'deg',
    sizeDeg: 5,
    latDeg: [35.5, 38, 40.5],
    lonDeg: [-62.5, -60, -57.5],
    longestWavelength: 2.5,
    leastPieceCount: 10,
  });
  for (const [index, { wavelength, pieceCount }] of resolution.boxes.entries()) {
    expect(pieceCount).toBe(20);
    if (index % 3 === 0) expect(wavelength).toBeLessThan(1.6);
    if (index % 3 === 2) expect(wavelength).toBeGreaterThan(1.6);
  }
  expect(resolution.boxes[0]!.kmPerDeg).toBeCloseTo(90.5, 0); // at 35.5°N
  expect((await details(1)).resolution).toEqual(resolution);
});
