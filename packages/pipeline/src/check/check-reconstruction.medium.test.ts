import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { openGriddedField } from '@sillage/netcdf';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { checkReconstruction, type CheckOptions } from './check-reconstruction.js';
import { rejectionOf } from '../testing/rejection-of.js';
import {
  evenly,
  FIRST_DAY,
  sampleGrid,
  sampleHeight,
  TASK,
  temporaryFolder,
  writeSample,
} from '../testing/sample-files.js';

const files = temporaryFolder();
afterAll(() => files.remove());
afterEach(() => vi.restoreAllMocks());

let counter = 0;
function optionsFor(inputPath: string, changes: Partial<CheckOptions> = {}): CheckOptions {
  return {
    inputPath,
    fileName: 'gf.nc',
    tasks: [TASK],
    canonicalPath: files.path(`canonical-${counter++}.nc`),
    ...changes,
  };
}

describe('a sound map', () => {
  test('becomes a canonical file with the same heights, cut to the task and a margin', async () => {
    const wide = sampleGrid({ latDeg: evenly(20, 121, 0.25), timeDays: evenly(FIRST_DAY - 30, 90, 1) });
    const options = optionsFor(await writeSample(files.path('wide.nc'), { grid: wide, name: 'gssh' }));
    const result = await checkReconstruction(options);
    expect(result).toMatchObject({ variable: 'gssh', warnings: [], dayCount: 17, lonCount: 21 });
    // 13 rows in the box and two on either side of it.
    expect(result.latCount).toBe(17);
    const canonical = await openGriddedField(options.canonicalPath);
    expect(canonical).toMatchObject({ variableName: 'ssh', valueType: 'float32', sourceUnits: 'm' });
    expect(canonical.directLayout).not.toBeNull();
    const { grid } = canonical;
    expect(grid.latDeg[0]).toBe(33.5);
    expect(grid.timeDays[0]).toBe(FIRST_DAY);
    const first = await canonical.readDays(0, 1);
    const height = sampleHeight(grid.timeDays[0]!, grid.latDeg[3]!, grid.lonDeg[5]!);
    expect(first[3 * grid.lonDeg.length + 5]).toBe(Math.fround(height));
    canonical.close();
  });

  test('keeps float64 where the source is float64, and packed integers become float32', async () => {
    for (const [type, expected] of [
      ['float64', 'float64'],
      ['int16', 'float32'],
    ] as const) {
      const storage = { kind: 'deflate', level: 1 } as const;
      const options = optionsFor(await writeSample(files.path(`${type}.nc`), { type, storage }));
      await checkReconstruction(options);
      const canonical = await openGriddedField(options.canonicalPath);
      expect(canonical.valueType).toBe(expected);
      canonical.close();
    }
  });

  test('in chunks too long to read at once gives the same canonical file, and leaves nothing behind', async () => {
    const storage = { kind: 'deflate', level: 1 } as const;
    const path = await writeSample(files.path('chunked.nc'), { storage });
    const [atOnce, spilled] = [optionsFor(path), optionsFor(path, { readBudgetBytes: 0 })];
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 24)); // HDF5 writes the second into its files
    await checkReconstruction(atOnce);
    const before = readdirSync(files.folder).length;
    await checkReconstruction(spilled);
    expect(readFileSync(spilled.canonicalPath).equals(readFileSync(atOnce.canonicalPath))).toBe(true);
    expect(readdirSync(files.folder)).toHaveLength(before + 1);
  });

  test('in centimetres is converted', async () => {
    const path = await writeSample(files.path('centimetres.nc'), {
      attributes: { units: 'cm' },
      height: (...place) => 100 * sampleHeight(...place),
    });
    const options = optionsFor(path);
    await checkReconstruction(options);
    const canonical = await openGriddedField(options.canonicalPath);
    const { grid } = canonical;
    const height = sampleHeight(grid.timeDays[0]!, grid.latDeg[0]!, grid.lonDeg[0]!);
    expect((await canonical.readDays(0, 1))[0]).toBeCloseTo(height, 6);
    canonical.close();
  });

  test('that covers one of two tasks is accepted with a warning for the other', async () => {
    const other = { ...TASK, area: 'osmosis', scoredBox: { west: -20, east: -12, south: 45, north: 55 } };
    const options = optionsFor(await writeSample(files.path('one-of-two.nc')), { tasks: [other, TASK] });
    const { warnings } = await checkReconstruction(options);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ code: 'area-not-covered' });
    expect(warnings[0]?.message).toContain('osmosis × nadir4 cannot be scored');
  });

  test('whose outermost nodes lie less than a step inside the box is left to the scoring, which knows the reference', async () => {
    const grid = sampleGrid({ lonDeg: evenly(-59.9, 20, 0.2) });
    await expect(
      checkReconstruction(optionsFor(await writeSample(files.path('inside.nc'), { grid }))),
    ).resolves.toBeDefined();
  });
});

describe('a file that is refused', () => {
  test.each([
    {
      name: 'text',
      write: (path: string) => writeFileSync(path, 'lon,lat,ssh\n1,2,3\n'),
      code: 'unsupported-format',
      found: /first bytes/,
    },
    {
      name: 'nothing',
      write: (path: string) => writeFileSync(path, ''),
      code: 'unreadable-file',
      found: /empty/,
    },
    {
      name: 'half a file',
      write: async (path: string) => {
        await writeSample(path);
        const whole = readFileSync(path);
        writeFileSync(path, whole.subarray(0, whole.length >> 1));
      },
      code: 'unreadable-file',
      found: /./,
    },
    {
      name: 'a map whose area ends too early',
      write: (path: string) => writeSample(path, { grid: sampleGrid({ lonDeg: evenly(-60.5, 14, 0.25) }) }),
      code: 'area-not-covered',
      found: /^longitudes −60.5…−57.25/,
    },
    {
      name: 'a map with longitudes and latitudes in each other’s place',
      write: (path: string) =>
        writeSample(path, {
          grid: sampleGrid({ lonDeg: evenly(33.5, 17, 0.25), latDeg: evenly(-60.5, 21, 0.25) }),
        }),
      code: 'area-not-covered',
      found: /longitudes 33.5…37.5 and latitudes −60.5…−55.5/,
    },
    {
      name: 'a map that lacks two days',
      write: (path: string) => {
        const timeDays = sampleGrid().timeDays.filter((_, index) => index !== 4 && index !== 9);
        return writeSample(path, { grid: sampleGrid({ timeDays }) });
      },
      code: 'days-missing',
      found: /^no map on 2 of 16 days: 2012-10-25, 2012-10-30$/,
    },
    {
      name: 'sea level anomaly by its name',
      write: (path: string) => writeSample(path, { name: 'sla' }),
      code: 'sla-instead-of-ssh',
      found: /anomaly/,
    },
    {
      name: 'sea level anomaly by its standard name',
      write: (path: string) =>
        writeSample(path, {
          attributes: { units: 'm', standard_name: 'sea_surface_height_above_mean_sea_level' },
        }),
      code: 'sla-instead-of-ssh',
      found: /sea_surface_height_above_mean_sea_level/,
    },
    {
      name: 'temperatures',
      write: (path: string) => writeSample(path, { attributes: { units: 'degree_Celsius' } }),
      code: 'unknown-units',
      found: /degree_Celsius/,
    },
    {
      name: 'centimetres declared as metres',
      write: (path: string) => writeSample(path, { height: (...place) => 100 * sampleHeight(...place) }),
      code: 'values-out-of-range',
      found: /m on 2012-10-2\d/,
    },
    {
      name: 'a day without a value',
      write: (path: string) =>
        writeSample(path, {
          height: (time, ...place) => (time === FIRST_DAY + 3 ? NaN : sampleHeight(time, ...place)),
        }),
      code: 'empty-field',
      found: /2012-10-25/,
    },
    {
      name: 'another variable than the one asked for',
      write: (path: string) => writeSample(path),
      variable: 'gssh',
      code: 'variable-not-found',
      found: /ssh/,
    },
  ])(
    '$name',
    async ({
      write,
      code,
      found,
      variable = null,
    }: {
      name: string;
      write: (path: string) => unknown;
      code: string;
      found: RegExp;
      variable?: string | null;
    }) => {
      const path = files.path(`refused-${counter++}.nc`);
      await write(path);
      const reason = await rejectionOf(checkReconstruction(optionsFor(path, { variable })));
      expect(reason.code).toBe(code);
      expect(reason.found).toMatch(found);
      expect(reason.where).toContain('gf.nc');
      expect(reason.fix.length).toBeGreaterThan(20);
      expect(JSON.stringify(reason)).not.toContain(files.folder);
    },
  );
});
