import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGriddedField, writeGriddedField } from '@sillage/netcdf';
import { measureOcean } from '@sillage/ocean';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeOceanReport, type OceanReportArea } from './write-ocean-report.js';

const LAT = Float64Array.from({ length: 24 }, (_, index) => 34 + index * 0.25);
const LON = Float64Array.from({ length: 40 }, (_, index) => -64 + index * 0.25);
const DAYS = 12;
/** Two waves that go west; temperature goes with height. */
const height = (day: number, index: number): number => {
  const x = index % LON.length;
  const y = Math.floor(index / LON.length);
  return 0.2 * Math.cos(0.8 * x + 0.15 * day) + 0.1 * Math.sin(0.45 * x + 0.7 * y + 0.2 * day);
};

let folder: string;
let files: OceanReportArea;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-report-'));
  files = { area: 'gf', truthPath: join(folder, 'truth.nc'), sstPath: join(folder, 'sst.nc') };
  await writeField(files.truthPath, { name: 'sossheig', units: 'm', firstDay: 22_940, value: height });
  // Temperature begins before the truth, as in the demo.
  await writeField(files.sstPath, {
    name: 'sst',
    units: 'degree_Celsius',
    firstDay: 22_938,
    value: (day, index) => 18 + 4 * height(day - 2, index),
  });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function writeField(
  path: string,
  field: {
    name: string;
    units: string;
    firstDay: number;
    value: (day: number, index: number) => number;
    lonDeg?: Float64Array;
  },
): Promise<void> {
  const dayCount = field.name === 'sst' ? DAYS + 2 : DAYS;
  await writeGriddedField(path, {
    grid: {
      timeDays: Float64Array.from({ length: dayCount }, (_, day) => field.firstDay + day),
      latDeg: LAT,
      lonDeg: field.lonDeg ?? LON,
    },
    variables: [
      {
        name: field.name,
        type: 'float64',
        attributes: { units: field.units },
        readDay: (day) =>
          Float64Array.from({ length: LAT.length * LON.length }, (_, index) => field.value(day, index)),
      },
    ],
  });
}

describe('writeOceanReport', () => {
  test('writes the numbers that the sea has, and says that it is synthetic', async () => {
    const outputFolder = join(folder, 'report');
    await writeOceanReport({ areas: [files], outputFolder });
    const text = await readFile(join(outputFolder, 'README.md'), 'utf8');
    const truth = await openGriddedField(files.truthPath);
    const sshM = await truth.readDays(0, DAYS);
    truth.close();
    const figures = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    expect(text).toContain('**Everything here is synthetic**');
    expect(text).toContain(`| ${figures.standardDeviationM.toFixed(3)} |`);
    expect(text).toContain(`| ${figures.driftCmPerS.toFixed(1).replace('-', '−')} |`);
    expect(figures.driftCmPerS).toBeLessThan(0);
    // Temperature follows height in the right day: exactly, but for the running mean.
    expect(text).toContain('| correlation of temperature and height below 300 km | 1.00 |');
    for (const figure of ['snapshot-gf.svg', 'spectra.svg', 'time-longitude.svg']) {
      expect(text).toContain(`](${figure})`);
      expect(await readFile(join(outputFolder, figure), 'utf8')).toContain('Synthetic ocean');
    }
  });

  test('tells of the basin, whose nodes are coarse, the slope of longer waves as well', async () => {
    const lonDeg = LON.map((lon) => lon + 20); // between the nests
    const basin: OceanReportArea = {
      area: 'natl',
      truthPath: join(folder, 'basin-truth.nc'),
      sstPath: join(folder, 'basin-sst.nc'),
    };
    const shared = { firstDay: 22_940, value: height, lonDeg };
    await writeField(basin.truthPath, { name: 'sossheig', units: 'm', ...shared });
    await writeField(basin.sstPath, { name: 'sst', units: 'degree_Celsius', ...shared });
    const outputFolder = join(folder, 'basin');
    await writeOceanReport({ areas: [basin], outputFolder });
    const text = await readFile(join(outputFolder, 'README.md'), 'utf8');
    const sshM = Float64Array.from({ length: DAYS * LAT.length * LON.length }, (_, index) =>
      height(Math.floor(index / (LAT.length * LON.length)), index % (LAT.length * LON.length)),
    );
    const slope = (band?: { longestKm: number; shortestKm: number }): string =>
      measureOcean({ latDeg: LAT, lonDeg, sshM }, band ? { band } : {})
        .spectralSlope.toFixed(2)
        .replace('-', '−');
    expect(text).toContain(
      `| ${slope()} (250–50 km); ${slope({ longestKm: 400, shortestKm: 100 })} (400–100 km) |`,
    );
  });

  test('writes the same bytes again', async () => {
    const contents = [];
    for (const name of ['once', 'twice']) {
      const outputFolder = join(folder, name);
      await writeOceanReport({ areas: [files], outputFolder });
      const names = (await readdir(outputFolder)).sort();
      contents.push(await Promise.all(names.map((file) => readFile(join(outputFolder, file), 'utf8'))));
    }
    expect(contents[1]).toEqual(contents[0]);
  });

  test('refuses a temperature that lacks days of the truth', async () => {
    const swapped = { ...files, sstPath: join(folder, 'late.nc') };
    await writeField(swapped.sstPath, {
      name: 'sst',
      units: 'degree_Celsius',
      firstDay: 22_950,
      value: () => 10,
    });
    await expect(
      writeOceanReport({ areas: [swapped], outputFolder: join(folder, 'refused') }),
    ).rejects.toThrow('does not hold every day');
  });
});
