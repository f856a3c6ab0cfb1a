import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { BoardPairs, Diagnostics, MapManifest, ResolutionByBox } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { ApiFailure } from '@sillage/client';
import { COMPARISON_FIGURES } from './comparison-figure-names';
import { comparisonSvg, type ComparisonSource } from './comparison-figures';
import { METHOD_COLOURS } from '../drawing/curve-svg';
import { loadComparisonMaps } from './load-comparison-maps';
import { LAND_COLOUR, MISSING_COLOUR } from '../drawing/map-svg';
import { boardOf, CHALLENGE, rowOf } from '../testing/boards';

const GF = { area: 'gf', scenario: 'nadir4' };
const oi = rowOf({ method: 'OI', kind: 'reference', author: 'Sillage', rank: 2, scores: { mu: 0.8 } });
const mine = rowOf({ method: 'Mine & <yours>', rank: 1, scores: { mu: 0.9 } });
const LINK = 'https://sillage.example/challenges/demo/compare?area=gf';

function diagnosticsOf(scores: readonly number[]): Diagnostics {
  return {
    daily: {
      timeDays: scores.map((_, day) => 22_939 + day),
      rmseScore: [...scores],
      rmseM: scores.map((score) => 0.1 * (1 - score)),
    },
    psdScore: {
      contour: [
        [4, 20],
        [1, 10],
      ],
    },
    alongTrack: null,
  } as unknown as Diagnostics;
}

const box = (wavelength: number | null): ResolutionByBox['boxes'][number] => ({
  wavelength,
  unresolved: wavelength === null ? 'longer-than-box' : null,
  pieceCount: 20,
  kmPerDeg: 90,
  reference: [],
  error: [],
});
const resolutionOf = (boxes: ResolutionByBox['boxes']): ResolutionByBox => ({
  version: 1,
  direction: 'zonal',
  unit: 'deg',
  sizeDeg: 5,
  latDeg: [35.5, 38],
  lonDeg: [-62.5, -60],
  wavelength: [5, 2.5, 1.25, 0.5],
  longestWavelength: 2.5,
  leastPieceCount: 10,
  boxes,
  whole: box(1.2),
});
const pairs: BoardPairs = {
  entries: [oi.evaluationId, mine.evaluationId],
  pairs: [
    [null, { probability: 0.001, difference: -0.1, interval: [-0.12, -0.08], isSeparable: true }],
    [{ probability: 0.999, difference: 0.1, interval: [0.08, 0.12], isSeparable: true }, null],
  ],
} as unknown as BoardPairs;

const source: ComparisonSource = {
  challenge: CHALLENGE,
  board: boardOf(GF, [mine, oi]),
  rows: [oi, mine],
  slotOf: (row) => (row === oi ? 0 : 1),
  pairs,
  diagnosed: [
    { row: oi, diagnostics: diagnosticsOf([0.8, 0.7, 0.75]) },
    { row: mine, diagnostics: diagnosticsOf([0.9, 0.85, 0.95]) },
  ],
  bands: null,
  boxes: {
    own: { row: mine, resolution: resolutionOf([box(1), box(1.5), box(null), box(1)]) },
    other: { row: oi, resolution: resolutionOf([box(1.25), box(1), box(2), box(1)]) },
  },
  maps: null,
};
const bare: ComparisonSource = { ...source, pairs: null, diagnosed: [], boxes: null };

/** Two rows of three nodes, south first: 0.1 m … 0.6 m, the last node missing. */
const FRAME = Int16Array.of(100, 200, 300, 400, 500, -32768);
const LAYER = { unit: 'm', frameCount: 1, scale: 0.001, offset: 0, min: 0, max: 0.5, rms: 0.3 } as const;
const MANIFEST: MapManifest = {
  latDeg: [35, 36],
  lonDeg: [-62, -61, -60],
  timeDays: [22_939],
  layers: [
    { ...LAYER, name: 'reconstruction' },
    { ...LAYER, name: 'reference', max: 1 },
    { ...LAYER, name: 'error', min: -0.8, max: 0.3 },
  ],
  blockSize: 1,
  isInterpolated: false,
  observedShare: [0.1],
};
/** What the platform answers: the truth is missing on the first node, which is land. */
const gateway: Parameters<typeof loadComparisonMaps>[0] = {
  mapManifest: (evaluation) =>
    evaluation === oi.evaluationId
      ? Promise.resolve(MANIFEST)
      : Promise.reject(new ApiFailure({ code: 'not-disclosed', status: 403, message: 'withheld' })),
  mapFrame: (_evaluation, layer) =>
    Promise.resolve(layer === 'reference' ? Int16Array.of(-32768, 0, 0, 0, 0, 0) : FRAME),
};
const withMaps = [oi, mine].map((row) => ({ ...row, hasMaps: true }));

/** The pixels of every picture in a figure, row by row as `#rrggbb`. */
function picturesIn(svg: string): string[][] {
  return [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, data]) => {
    const png = Buffer.from(data!, 'base64');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    const start = png.indexOf('IDAT') + 4;
    const lines = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
    return Array.from({ length: width * height }, (_, pixel) => {
      const at = Math.floor(pixel / width) * (1 + 3 * width) + 1 + 3 * (pixel % width);
      return `#${lines.subarray(at, at + 3).toString('hex')}`;
    });
  });
}

const pathsIn = (svg: string) => [...svg.matchAll(/<path d="M([^"]+)" fill="none" stroke="(#\w+)"/g)];

describe('the figures of a comparison', () => {
  test('hold the numbers of the page, escaped, with the version and the address', () => {
    const svg = comparisonSvg(source, ['scores', 'pairs'], LINK)!;
    expect(svg).toContain('Mine &amp; &lt;yours&gt;');
    expect(svg).not.toContain('<yours>');
    expect(svg).toContain('>0.900</text>');
    expect(svg).toContain('▲ +12.5');
    expect(svg).toContain('▲ &gt; 0.99');
    expect(svg).toContain('Protocol osse-2020a, dataset 2.1.0.');
    expect(svg).toContain('https://sillage.example/challenges/demo/compare?area=gf');
  });

  test('draw every day of every method where the axis says', () => {
    const svg = comparisonSvg(source, ['daily-score'], LINK)!;
    const curves = pathsIn(svg).filter(([, path]) => path?.includes('L'));
    expect(curves.map(([, , colour]) => colour)).toEqual([METHOD_COLOURS[0], METHOD_COLOURS[1]]);
    const [ofOi, ofMine] = curves.map(([, path]) =>
      path!.split('L').map((point) => point.split(' ').map(Number)),
    );
    expect(ofOi).toHaveLength(3);
    // Ticks give the scale: a value lies between the pixels of two ticks as it lies between their values.
    const ticks = [...svg.matchAll(/y="([\d.]+)" text-anchor="end"[^>]*>([\d.]+)</g)].map(([, y, value]) => ({
      y: Number(y) - 4,
      value: Number(value),
    }));
    const [low, high] = [ticks[0]!, ticks.at(-1)!];
    expect(low.value).toBeLessThanOrEqual(0.7);
    expect(high.value).toBeGreaterThanOrEqual(0.95);
    const valueAt = (y: number) => low.value + ((high.value - low.value) * (low.y - y)) / (low.y - high.y);
    expect(ofOi!.map(([, y]) => Number(valueAt(y!).toFixed(2)))).toEqual([0.8, 0.7, 0.75]);
    expect(ofMine!.map(([, y]) => Number(valueAt(y!).toFixed(2)))).toEqual([0.9, 0.85, 0.95]);
    expect(svg).toContain('OI 0.700 to 0.800');
  });

  test('put what is resolved further at the right and at the top of the contours', () => {
    const svg = comparisonSvg(source, ['contours'], LINK)!;
    const [[, path] = []] = pathsIn(svg).filter(([, text]) => text?.includes('L'));
    const [long, short] = path!.split('L').map((point) => point.split(' ').map(Number));
    expect(short![0]).toBeGreaterThan(long![0]!);
    expect(short![1]).toBeLessThan(long![1]!); // pixels go down
  });

  test('tint boxes by gain and loss, and leave those without a number white', () => {
    const svg = comparisonSvg(source, ['resolution'], LINK)!;
    expect(svg).toContain('λx by box (° of longitude)');
    expect(svg).toContain('Below it the difference from OI');
    expect(svg).toContain('−0.25');
    expect(svg).toContain('+0.50');
    expect(svg).toContain('>&gt;\u202f2.50</text>');
    expect(svg).toContain('(2.00)');
    const fills = [...svg.matchAll(/height="34" fill="(rgb\([^"]+\))"/g)].map(([, fill]) => fill);
    expect(fills).toEqual(['rgb(192,223,237)', 'rgb(242,176,119)']); // north first: no number, none; then gain, full loss
  });

  test('hold the maps of a day cell by cell, north at the top, with land, axes and the scale of the page', async () => {
    const maps = await loadComparisonMaps(gateway, withMaps, {});
    const svg = comparisonSvg({ ...source, maps }, ['maps'], LINK)!;
    const [truth, ofOi, ...others] = picturesIn(svg);
    expect(others).toEqual([]);
    const { table } = maps!.scale.map;
    const colourOf = (heightM: number): string => {
      const entry = Math.round(255 * heightM) * 3; // from 0 to the 1 m of the reference
      return `#${Buffer.from(table.subarray(entry, entry + 3)).toString('hex')}`;
    };
    expect(ofOi).toEqual([
      colourOf(0.4),
      colourOf(0.5),
      MISSING_COLOUR,
      LAND_COLOUR,
      colourOf(0.2),
      colourOf(0.3),
    ]);
    expect(truth).toEqual([...Array<string>(3).fill(colourOf(0)), LAND_COLOUR, colourOf(0), colourOf(0)]);
    expect(svg).toContain('sea surface height on 21 Oct 2012');
    for (const label of ['Truth', 'OI', 'reference', '36°N', '61°W', '100 cm', 'sea surface height, cm'])
      expect(svg).toContain(`>${label}</text>`);
    expect(svg).toContain('Without such a map: Mine &amp; &lt;yours&gt;.');
    expect(svg).toContain('Protocol osse-2020a, dataset 2.1.0.');
  });

  test('say of errors what is subtracted, and where the bar ends before they do', async () => {
    const maps = await loadComparisonMaps(gateway, withMaps, { layer: 'error', day: '2012-10-21' });
    const svg = comparisonSvg({ ...source, maps }, ['maps'], LINK)!;
    expect(picturesIn(svg)).toHaveLength(1); // the truth has no error
    expect(svg).toContain('reconstruction minus truth, cm');
    expect(svg).toMatch(/>≤ −[\d.]+<\/text>/);
    expect(await loadComparisonMaps(gateway, withMaps, { day: '2012-10-22' })).toBeNull();
    expect(await loadComparisonMaps(gateway, [mine], {})).toBeNull();
  });

  test('hold their address whole, in lines that end inside of the figure', async () => {
    const maps = await loadComparisonMaps(gateway, withMaps, { layer: 'error' });
    const link = `${LINK}&entries=${'x'.repeat(300)}`;
    const svg = comparisonSvg({ ...source, maps }, ['maps'], link)!;
    const width = Number(/ width="(\d+)"/.exec(svg)?.[1]);
    const lines = svg.slice(svg.indexOf('>Sillage,<')).match(/(?<=>)[^<>\n]+(?=<\/text>)/g)!;
    expect(lines.slice(1).join('').replaceAll('&amp;', '&')).toBe(link);
    for (const line of lines) expect(line.length * 10.5 * 0.56).toBeLessThan(width);
  });

  test('are left out where a challenge withholds them or an entry has none; nothing at all is told as such', () => {
    expect(
      comparisonSvg(bare, ['pairs', 'daily-score', 'psd-score', 'contours', 'resolution'], LINK),
    ).toBeNull();
    expect(comparisonSvg(bare, COMPARISON_FIGURES, LINK)).toContain('comparison');
  });
});

test('curves have the colours of the page in its light theme', () => {
  const css = readFileSync(new URL('../../../app/tokens.css', import.meta.url), 'utf8');
  const light = [...css.matchAll(/--method-\d: light-dark\((#\w+)/g)].map(([, colour]) => colour);
  expect(light).toEqual([...METHOD_COLOURS]);
  const lightOf = (name: string) => new RegExp(`--${name}: light-dark\\((#\\w+)`).exec(css)?.[1];
  expect([lightOf('line'), lightOf('land')]).toEqual([MISSING_COLOUR, LAND_COLOUR]);
});
