import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { openGriddedField } from '@sillage/netcdf';
import { regridTrilinear, scoresFromStatistics, statisticsOfMap, type RegularGrid } from '@sillage/science';
import { afterAll, describe, expect, test } from 'vitest';
import { cropOf, croppedGrid, UnusableReferenceError } from '@sillage/checking';
import { openBandSource } from '../files/band-files.js';
import { scoreReconstruction, type ScoreOptions } from './score-reconstruction.js';
import { stageField } from '../files/stage-field.js';
import { rejectionOf } from '../testing/rejection-of.js';
import {
  evenly,
  FIRST_DAY,
  sampleGrid,
  sampleHeight,
  sampleMap,
  TASK,
  temporaryFolder,
  writeSample,
} from '../testing/sample-files.js';

const files = temporaryFolder();
afterAll(() => files.remove());

/** A reconstruction that damps and shifts the sample ocean. */
function blurred(timeDays: number, latDeg: number, lonDeg: number): number {
  return 0.97 * sampleHeight(timeDays - 0.3, latDeg, lonDeg + 0.05) + 0.002 * Math.cos(9 * lonDeg);
}

function wholeField(grid: RegularGrid, height: typeof sampleHeight): Float32Array {
  const mapLength = grid.latDeg.length * grid.lonDeg.length;
  const values = new Float32Array(grid.timeDays.length * mapLength);
  grid.timeDays.forEach((_, index) => values.set(sampleMap(grid, index, height), index * mapLength));
  return values;
}

const reference = await writeSample(files.path('reference.nc'), { name: 'sossheig' });

function optionsFor(reconstructionPath: string, changes: Partial<ScoreOptions> = {}): ScoreOptions {
  return {
    referencePath: reference,
    reconstructionPath,
    protocol: 'osse-2020a',
    scoredBox: TASK.scoredBox,
    period: TASK.period,
    ...changes,
  };
}

describe('scores', () => {
  test('of a map against itself are perfect, and no resolution is made up', async () => {
    const { scores, statistics } = await scoreReconstruction({ ...optionsFor(reference), details: true });
    expect(scores).toMatchObject({ mu: 1, sigma: 0, rmseM: 0, lambdaXDeg: null, unresolved: 'identical' });
    expect(statistics.boxes.squaredError.every((value) => value === 0)).toBe(true);
  });

  test('are those of the fields cut by hand to box and period', async () => {
    const path = await writeSample(files.path('same-grid.nc'), { height: blurred, name: 'gssh' });
    const result = await scoreReconstruction(optionsFor(path));
    const grid = croppedGrid(sampleGrid(), cropOf(sampleGrid(), TASK.scoredBox, TASK.period));
    expect([grid.timeDays.length, grid.latDeg.length, grid.lonDeg.length]).toEqual([16, 13, 17]);
    const byHand = scoresFromStatistics(
      statisticsOfMap(['daily', 'holes', 'spectrum'], {
        protocol: 'osse-2020a',
        grid,
        reconstruction: wholeField(grid, blurred),
        reference: wholeField(grid, sampleHeight),
      }),
    );
    expect(result.gridding).toBe('same-grid');
    expect(result.scores.mu).toBeCloseTo(byHand.mu, 12);
    expect(result.scores.lambdaXDeg).toBeCloseTo(byHand.lambdaXDeg!, 9);
    expect(result.diagnostics.grid).toMatchObject({
      latCount: 13,
      lonCount: 17,
      dayCount: 16,
      spacingDeg: 0.25,
    });
  });

  test('of a map on another grid are those of the whole map interpolated at once', async () => {
    const coarse: RegularGrid = {
      timeDays: evenly(FIRST_DAY - 0.75, 18, 1),
      latDeg: evenly(33.4, 20, 0.2),
      lonDeg: evenly(-60.2, 25, 0.2),
    };
    const path = await writeSample(files.path('coarse.nc'), { grid: coarse, height: blurred });
    const result = await scoreReconstruction(optionsFor(path));
    const grid = croppedGrid(sampleGrid(), cropOf(sampleGrid(), TASK.scoredBox, TASK.period));
    const byHand = scoresFromStatistics(
      statisticsOfMap(['daily', 'holes', 'spectrum'], {
        protocol: 'osse-2020a',
        grid,
        reconstruction: regridTrilinear({ grid: coarse, values: wholeField(coarse, blurred) }, grid),
        reference: wholeField(grid, sampleHeight),
      }),
    );
    expect(result.gridding).toBe('regridded');
    expect(result.scores.mu).toBeCloseTo(byHand.mu, 12);
    expect(result.scores.sigma).toBeCloseTo(byHand.sigma, 12);
  });

  test('do not depend on how the files store the same values', async () => {
    const storage = { kind: 'deflate', level: 2 } as const;
    const contiguous = await scoreReconstruction(
      optionsFor(await writeSample(files.path('plain.nc'), { height: blurred })),
    );
    const deflated = await scoreReconstruction(
      optionsFor(await writeSample(files.path('deflated.nc'), { height: blurred, storage })),
    );
    expect(deflated.scores).toEqual(contiguous.scores);
  });

  test('of a reference with four times a day are those of its daily means, stamped at midnight', async () => {
    const sixHourly = sampleGrid({ timeDays: evenly(FIRST_DAY - 1 + 1 / 8, 18 * 4, 0.25) });
    const path = await writeSample(files.path('six-hourly.nc'), { grid: sixHourly, type: 'float64' });
    const mean = (day: number, lat: number, lon: number): number =>
      [1, 3, 5, 7].reduce((sum, eighth) => sum + sampleHeight(day + eighth / 8, lat, lon), 0) / 4;
    const daily = await writeSample(files.path('daily-mean.nc'), { height: mean, type: 'float64' });
    const { scores, diagnostics } = await scoreReconstruction(optionsFor(daily, { referencePath: path }));
    expect(diagnostics.grid?.dayCount).toBe(16);
    expect(diagnostics.daily.timeDays[0]).toBe(FIRST_DAY);
    expect(scores.rmseM).toBeLessThan(1e-12);
  });

  test('under osse-natl ignore what the map says on land', async () => {
    const land = (height: typeof sampleHeight) => (time: number, lat: number, lon: number) =>
      lon > -57 ? NaN : height(time, lat, lon);
    const truth = await writeSample(files.path('coast.nc'), { height: land(sampleHeight) });
    const everywhere = await writeSample(files.path('everywhere.nc'), { height: blurred });
    const masked = await writeSample(files.path('masked.nc'), { height: land(blurred) });
    const score = (path: string) =>
      scoreReconstruction({
        ...optionsFor(path, { referencePath: truth, protocol: 'osse-natl' }),
        details: true,
      });
    const [first, second] = [await score(everywhere), await score(masked)];
    expect(first.scores).toEqual(second.scores);
    expect(first.scores.unresolved).not.toBe('undefined-spectrum');
    expect(first.diagnostics.psdScore).not.toBeNull();
    expect(first.statistics.boxes.count.at(-1)).toBe(0);
  });
});

describe('a reconstruction that cannot be scored', () => {
  test('starts half a day late: the message says which hours', async () => {
    const noon = sampleGrid({ timeDays: evenly(FIRST_DAY + 0.5, 18, 1) });
    const reason = await rejectionOf(
      scoreReconstruction(optionsFor(await writeSample(files.path('noon.nc'), { grid: noon }))),
    );
    expect(reason.code).toBe('days-missing');
    expect(reason.found).toContain('the first map is at 2012-10-22 12:00; 1 of 16 scored times');
    expect(reason.fix).toContain('Add a map at or before 2012-10-22 00:00');
  });

  test('has a hole: it is counted and placed', async () => {
    const path = await writeSample(files.path('hole.nc'), {
      height: (time, lat, lon) =>
        time === FIRST_DAY + 2 && lat === 35 && lon < -58 ? NaN : blurred(time, lat, lon),
    });
    const reason = await rejectionOf(scoreReconstruction(optionsFor(path)));
    expect(reason.code).toBe('holes-in-reconstruction');
    expect(reason.found).toMatch(
      /^no value at 8 of 3536 scored points .* on 2012-10-24 at latitude 35, longitude −60$/,
    );
  });

  test('ends one cell early', async () => {
    const grid = sampleGrid({ lonDeg: evenly(-60.5, 18, 0.25) });
    const reason = await rejectionOf(
      scoreReconstruction(optionsFor(await writeSample(files.path('early.nc'), { grid }))),
    );
    expect(reason.code).toBe('area-not-covered');
    expect(reason.found).toContain('longitudes −60.5…−56.25');
    expect(reason.expected).toContain('longitudes −60…−56');
  });

  test('is elsewhere altogether', async () => {
    const grid = sampleGrid({ lonDeg: evenly(10, 18, 0.25) });
    const reason = await rejectionOf(
      scoreReconstruction(optionsFor(await writeSample(files.path('elsewhere.nc'), { grid }))),
    );
    expect(reason.code).toBe('area-not-covered');
  });

  test('hides heights that are none in a file that is read without decoding', async () => {
    const odd = (value: number) => (time: number, lat: number, lon: number) =>
      time === FIRST_DAY && lat === 35 && lon === -58 ? value : blurred(time, lat, lon);
    const fill = await rejectionOf(
      scoreReconstruction(optionsFor(await writeSample(files.path('fill.nc'), { height: odd(1e20) }))),
    );
    expect(fill.code).toBe('holes-in-reconstruction');
    const absurd = await rejectionOf(
      scoreReconstruction(optionsFor(await writeSample(files.path('absurd.nc'), { height: odd(40) }))),
    );
    expect(absurd.code).toBe('values-out-of-range');
  });

  test('is sea level anomaly while the reference is not; between anomalies the scores are sound', async () => {
    const sla = await writeSample(files.path('sla.nc'), { name: 'sla', height: blurred });
    expect((await rejectionOf(scoreReconstruction(optionsFor(sla)))).code).toBe('sla-instead-of-ssh');
    const slaReference = await writeSample(files.path('sla-reference.nc'), { name: 'sla' });
    const { scores } = await scoreReconstruction(optionsFor(sla, { referencePath: slaReference }));
    expect(scores.mu).toBeGreaterThan(0.8);
  });

  test.each([
    {
      name: 'lacks a day',
      grid: sampleGrid({ timeDays: sampleGrid().timeDays.filter((_, index) => index !== 7) }),
      reason: { code: 'days-missing', found: 'no map on 1 of 16 days: 2012-10-28' },
    },
    {
      name: 'ends before the box does',
      grid: sampleGrid({ lonDeg: evenly(-60.5, 16, 0.25) }),
      reason: { code: 'area-not-covered', found: 'longitudes −60.5…−56.75' },
    },
    {
      name: 'has a row in the wrong place',
      grid: sampleGrid({ latDeg: evenly(33.5, 17, 0.25).map((lat, row) => (row === 6 ? lat + 0.1 : lat)) }),
      reason: { code: 'irregular-grid', found: expect.stringContaining('step') },
    },
    {
      name: 'has a day twice',
      grid: sampleGrid({
        timeDays: evenly(FIRST_DAY - 1, 18, 1).map((day, index) => (index === 5 ? day - 1 : day)),
      }),
      reason: { code: 'irregular-grid', found: expect.stringContaining('2012-10-25 appears twice') },
    },
  ])(
    'a reference that $name is refused as such: no participant can mend it',
    async ({ name, grid, reason }) => {
      const bad = await writeSample(files.path(`reference that ${name}.nc`), { grid });
      const end: unknown = await scoreReconstruction(optionsFor(reference, { referencePath: bad })).catch(
        (error: unknown) => error,
      );
      expect(end).toBeInstanceOf(UnusableReferenceError);
      expect(end).toMatchObject({ reason: { ...reason, where: expect.stringContaining('reference that') } });
    },
  );

  test('a box without a node of the reference is named as the reference’s gap', async () => {
    const scoredBox = { west: 10, east: 12, south: 34, north: 37 };
    expect((await rejectionOf(scoreReconstruction(optionsFor(reference, { scoredBox })))).where).toContain(
      '(the reference)',
    );
  });
});

test('a good map raises no warning', async () => {
  const { warnings } = await scoreReconstruction(optionsFor(files.path('same-grid.nc')));
  expect(warnings).toEqual([]);
});

describe('the ways to read bands', () => {
  test('direct, decoded, in memory and spilled give the same values', async () => {
    const grid = sampleGrid();
    const crop = cropOf(grid, TASK.scoredBox, TASK.period);
    const path = await writeSample(files.path('bands.nc'), { storage: { kind: 'deflate', level: 1 } });
    const plain = await writeSample(files.path('bands-plain.nc'));
    const stage = async (file: string, memoryBudgetBytes: number, folder: string | null) => {
      const field = await openGriddedField(file);
      const staged = await stageField(field, {
        path: file,
        subject: 'x',
        crop,
        temporaryFolder: folder,
        memoryBudgetBytes,
      });
      field.close();
      return staged;
    };
    const descriptions = [
      await stage(plain, 0, null),
      await stage(path, 1e9, null),
      await stage(path, 0, files.folder),
      await stage(path, 0, null),
    ];
    expect(descriptions.map((description) => description.kind)).toEqual(['direct', 'shared', 'raw', 'file']);
    const expected = wholeField(
      croppedGrid(grid, { ...crop, lat: { start: crop.lat.start + 4, count: 3 } }),
      sampleHeight,
    );
    for (const description of descriptions) {
      const source = await openBandSource(description);
      expect(Array.from(await source.readBand(4, 3))).toEqual(Array.from(expected));
      expect(source.grid.latDeg).toHaveLength(13);
      source.close();
    }
  });
});

/** Threads run compiled code only, and vitest runs the sources: a process of its own scores with the build. */
const built = new URL('../../dist/index.js', import.meta.url);
const PROGRAM = `
  const [pipeline, referencePath, reconstructionPath] = process.argv.slice(2);
  const { scoreReconstruction } = await import(pipeline);
  const runs = [];
  const whole = [];
  for (const threads of [1, 2, 3]) {
    const { boardStatistics, ...result } = await scoreReconstruction({ referencePath, reconstructionPath, protocol: 'osse-2020a', threads, details: threads < 3 });
    const { scores, statistics, details } = result;
    if (threads < 3) whole.push(JSON.stringify({ scores, statistics, details }));
    runs.push(JSON.stringify({ scores, boardStatistics }));
  }
  const isSame = runs.every((run) => run === runs[0]) && whole[0] === whole[1];
  console.log(JSON.stringify({ isSame, mu: JSON.parse(runs[1]).scores.mu }));
`;

describe.skipIf(!existsSync(built))('threads (of the build in dist; skipped without one)', () => {
  test('two give bit for bit what one gives, and three the same scores without the details', async () => {
    const grid: RegularGrid = {
      timeDays: evenly(FIRST_DAY, 24, 1),
      latDeg: evenly(30, 510, 0.05),
      lonDeg: evenly(-70, 510, 0.05),
    };
    const wave = (damping: number) => (time: number, lat: number, lon: number) =>
      0.2 + 0.1 * Math.sin(lon + lat) + damping * Math.sin(7 * lon - time);
    const truth = await writeSample(files.path('large-reference.nc'), { grid, height: wave(0.05) });
    const path = await writeSample(files.path('large.nc'), { grid, height: wave(0.04) });
    const program = files.path('threads.mjs');
    writeFileSync(program, PROGRAM);
    const child = spawnSync(process.execPath, [program, built.href, truth, path], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(child.stderr).toBe('');
    expect(JSON.parse(child.stdout)).toMatchObject({ isSame: true, mu: expect.closeTo(0.967, 2) });
  });
});
