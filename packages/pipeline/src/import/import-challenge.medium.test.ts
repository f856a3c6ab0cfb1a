import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { challengeDefinitionSchema } from '@sillage/contracts';
import {
  observationLayoutOf,
  openAlongTrack,
  openGriddedField,
  openNetcdf,
  openSwath,
} from '@sillage/netcdf';
import { daysSince1950 } from '@sillage/science';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { RejectionError } from '@sillage/checking';
import { checkReconstruction } from '../check/check-reconstruction.js';
import { evaluationPeriod, importChallenge, type ImportChallengeOptions } from './import-challenge.js';
import { evenAxis, mapObservations } from '../oi/map-observations.js';
import { scoreReconstruction } from '../score/score-reconstruction.js';
import {
  evenly,
  FIRST_DAY,
  sampleGrid,
  sampleHeight,
  temporaryFolder,
  writeSample,
} from '../testing/sample-files.js';

const files = temporaryFolder();
afterAll(() => files.remove());

const truthPath = await writeSample(files.path('ocean.nc'), {
  name: 'adt',
  type: 'int16',
  grid: sampleGrid({ timeDays: evenly(FIRST_DAY, 40, 1) }),
  storage: { kind: 'deflate', level: 1 },
  height: (time, lat, lon) => (lon > -56 && lat < 34.6 ? NaN : sampleHeight(time, lat, lon)),
});

function optionsFor(name: string, changes: Partial<ImportChallengeOptions> = {}): ImportChallengeOptions {
  return {
    truthPath,
    id: 'small-ocean',
    name: 'Small ocean',
    licence: 'CC-BY-4.0',
    synthetic: true,
    area: { id: 'gf', name: 'Gulf Stream' },
    outputFolder: files.path(name),
    now: new Date('2026-11-23T12:00:00Z'),
    ...changes,
  };
}

describe('a gridded file', () => {
  test('becomes a challenge whose own OI can be checked and scored', async () => {
    const { definition, folder } = await importChallenge(
      optionsFor('challenge', { withOptimalInterpolation: true }),
    );
    expect(readdirSync(folder).sort()).toEqual([
      'challenge.yaml',
      'gf-nadir4-observations.nc',
      'gf-nadir4-oi.nc',
      'gf-truth.nc',
    ]);
    const read = challengeDefinitionSchema.parse(parse(readFileSync(join(folder, 'challenge.yaml'), 'utf8')));
    expect(read).toEqual(definition);
    expect(read).toMatchObject({
      protocol: 'osse-natl',
      synthetic: true,
      tasks: [{ area: 'gf', scenario: 'nadir4' }],
    });
    expect(read.periods.evaluation).toEqual({ start: '2012-11-05', end: '2012-11-16' });

    const task = {
      area: 'gf',
      scenario: 'nadir4',
      scoredBox: read.areas[0]!.scoredBox,
      period: read.periods.evaluation,
    };
    const canonicalPath = files.path('oi-canonical.nc');
    const checked = await checkReconstruction({
      inputPath: join(folder, 'gf-nadir4-oi.nc'),
      fileName: 'oi.nc',
      tasks: [task],
      canonicalPath,
    });
    expect(checked).toMatchObject({ variable: 'gssh', warnings: [], dayCount: 12 });
    const { scores, gridding } = await scoreReconstruction({
      referencePath: join(folder, 'gf-truth.nc'),
      reconstructionPath: canonicalPath,
      protocol: 'osse-natl',
      scoredBox: task.scoredBox,
      period: task.period,
    });
    expect(gridding).toBe('same-grid');
    // Four altimeters see enough of one eddy; a map of zeros would score 0.
    expect(scores.mu).toBeGreaterThan(0.7);
    expect(scores.mu).toBeLessThan(1);
  });

  test('keeps its heights exactly when it is packed again', async () => {
    const packed = await openGriddedField(join(files.path('challenge'), 'gf-truth.nc'));
    const source = await openGriddedField(truthPath);
    expect(packed.sourceType).toBe('int16');
    expect(await packed.readDays(7, 1)).toEqual(await source.readDays(7, 1));
    packed.close();
    source.close();
  });

  test('is observed where it has water, between its first and last map', async () => {
    const track = await openAlongTrack(join(files.path('challenge'), 'gf-nadir4-observations.nc'));
    expect(track.satellites).toHaveLength(4);
    expect(track.timeDays.length).toBeGreaterThan(500);
    track.timeDays.forEach((time, index) => {
      expect(time).toBeGreaterThanOrEqual(FIRST_DAY);
      expect(time).toBeLessThanOrEqual(FIRST_DAY + 39);
      const expected = sampleHeight(time, track.latDeg[index]!, track.lonDeg[index]!);
      // m: linear interpolation between nodes a quarter degree and a day apart
      expect(Math.abs(track.sshM[index]! - expected)).toBeLessThan(0.02);
    });
  });

  test('without land gets the protocol of 2020a', async () => {
    const open = await writeSample(files.path('open.nc'), {
      grid: sampleGrid({ timeDays: evenly(FIRST_DAY, 12, 1) }),
    });
    const { definition } = await importChallenge(optionsFor('open-ocean', { truthPath: open }));
    expect(definition.protocol).toBe('osse-2020a');
    expect(definition.references).toEqual([]);
  });

  test('is observed in every scenario that the simulator knows, swaths and grids included', async () => {
    const short = await writeSample(files.path('short.nc'), {
      grid: sampleGrid({ timeDays: evenly(FIRST_DAY, 14, 1) }),
    });
    const { definition, folder } = await importChallenge(
      optionsFor('scenarios', {
        ...{ truthPath: short, scenarios: ['nadir1', 'swot1', 'swot1-nadir4-noise1'] },
        ...{ withGriddedObservations: true, withOptimalInterpolation: true },
      }),
    );
    expect(definition.tasks.map(({ scenario }) => scenario)).toEqual([
      'nadir1',
      'swot1',
      'swot1-nadir4-noise1',
    ]);
    expect(definition.scenarios.map(({ name }) => name)).toEqual([
      '1 nadir',
      '1 SWOT',
      '1 SWOT + 4 nadirs, noise level 1',
    ]);
    const roles = (scenario: string): string[] =>
      definition.files
        .filter((file) => file.scenario === scenario)
        .map(({ role, variable }) => `${role} ${variable}`);
    expect(roles('nadir1')).toEqual([
      'observations undefined',
      'gridded-observations undefined',
      'oi undefined',
    ]);
    expect(roles('swot1-nadir4-noise1')).toEqual([
      'observations ssh_obs',
      'swath-observations ssh_obs',
      'gridded-observations ssh_obs',
      'oi undefined',
    ]);
    expect(definition.references.map(({ id, scenarios, inputs }) => ({ id, scenarios, inputs }))).toEqual([
      { id: 'oi', scenarios: ['nadir1'], inputs: ['ssh-nadir'] },
      { id: 'oi-swot', scenarios: ['swot1'], inputs: ['ssh-swot'] },
      { id: 'oi-swot-nadir', scenarios: ['swot1-nadir4-noise1'], inputs: ['ssh-nadir', 'ssh-swot'] },
    ]);
    const swath = await openSwath(join(folder, 'gf-swot1-swath.nc'));
    expect(swath.cellCount).toBeGreaterThan(20);
    swath.close();
    // With errors: what a satellite would see, and nothing that the errors could be taken out with.
    const noisy = (name: string): string => join(folder, `gf-swot1-nadir4-noise1-${name}.nc`);
    for (const [name, layout, heights] of [
      ['observations', 'along-track', ['ssh_obs']],
      ['swath', 'swath', ['ssh_obs']],
      ['gridded', 'gridded', ['ssh_obs']],
    ] as const) {
      const file = await openNetcdf(noisy(name));
      expect(await observationLayoutOf(noisy(name))).toBe(layout);
      expect(
        file.variables.map((variable) => variable.name).filter((variable) => /ssh|_err$/.test(variable)),
      ).toEqual(heights);
      file.close();
    }
  });

  test('whose OI is the truth itself is refused where that is sealed', async () => {
    // Heights of less than a millimetre: every map of them is the truth.
    const flat = await writeSample(files.path('flat.nc'), {
      grid: sampleGrid({ timeDays: evenly(FIRST_DAY, 12, 1) }),
      height: (time, lat, lon) => 0.0005 * sampleHeight(time, lat, lon),
    });
    const refused = importChallenge(
      optionsFor('flat', { truthPath: flat, disclosure: 'blind', withOptimalInterpolation: true }),
    );
    await expect(refused).rejects.toMatchObject({
      code: 'gives-truth-away',
      where: 'gf-nadir4-oi.nc',
      expected: "nothing of the truth of these days in a file with the role 'oi'",
    });
    expect(readdirSync(files.path('flat'))).not.toContain('challenge.yaml');
  });

  test('is not imported over something else', async () => {
    writeFileSync(join(files.path('challenge'), 'notes.txt'), 'mine');
    await expect(importChallenge(optionsFor('challenge'))).rejects.toThrow(/not empty/);
  });
});

describe('the evaluation period', () => {
  test.each([
    {
      name: 'the community’s 42 days with margins on both sides',
      days: 91,
      period: ['2012-11-15', '2012-12-26'],
    },
    { name: 'shorter where the margins need the days', days: 40, period: ['2012-11-05', '2012-11-16'] },
    { name: 'ten days at least, whatever the margins', days: 20, period: ['2012-10-27', '2012-11-05'] },
  ])('is $name', ({ days, period }) => {
    const { start, end } = evaluationPeriod(evenly(FIRST_DAY, days, 1), 'ocean.nc');
    expect([start, end]).toEqual(period);
    expect(daysSince1950(end)).toBeLessThan(FIRST_DAY + days);
  });

  test('does not exist in nine days', () => {
    expect(() => evaluationPeriod(evenly(FIRST_DAY, 9, 1), 'ocean.nc')).toThrow(RejectionError);
  });
});

describe('mapping', () => {
  test('a box with a spacing reaches its far edges', () => {
    expect(Array.from(evenAxis(-65, -55, 0.2)).at(-1)).toBe(-55);
    expect(evenAxis(-65, -55, 0.2)).toHaveLength(51);
    expect(Array.from(evenAxis(0, 1, 0.3))).toEqual([0, 0.3, 0.6, 0.9, 1.2]);
  });

  test('observations from elsewhere are refused instead of mapped to zeros', async () => {
    const options = {
      observations: [{ path: join(files.path('challenge'), 'gf-nadir4-observations.nc') }],
      grid: { kind: 'box', box: { west: 0, east: 5, south: -5, north: 0 }, spacingDeg: 0.5 },
      period: { start: '2012-11-05', end: '2012-11-06' },
      outputPath: files.path('elsewhere.nc'),
      now: new Date(),
    } as const;
    await expect(mapObservations(options)).rejects.toMatchObject({ reason: { code: 'area-not-covered' } });
  });
});
