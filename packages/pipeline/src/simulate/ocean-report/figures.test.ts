import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { colourIndex, palette } from '../../drawing/colour-scale.js';
import { fieldFigure, logarithmicFigure, type FieldPanel } from './figures.js';
import { pngImage } from '../../drawing/png-image.js';

const PANEL: FieldPanel = {
  title: 'height',
  values: Float64Array.of(0, 1, 2, NaN),
  columnCount: 2,
  rowCount: 2,
  x: { from: 0, to: 2, label: 'longitude, °', ticks: [0, 1, 2] },
  y: { from: 0, to: 2, label: 'latitude, °', ticks: [-1] },
  scale: 'height',
  range: [0, 2],
  barLabel: 'm',
  aspect: 1,
};

describe('pngImage', () => {
  test('writes pixels that a decoder reads back', () => {
    const indices = Uint8Array.of(0, 1, 1, 0, 0, 1);
    const png = pngImage({
      width: 3,
      height: 2,
      indices,
      palette: [
        [1, 2, 3],
        [255, 0, 128],
      ],
    });
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    const chunks = chunksOf(png);
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
    expect(chunks[0]!.data.readUInt32BE(0)).toBe(3);
    expect(chunks[0]!.data.readUInt32BE(4)).toBe(2);
    expect([...chunks[1]!.data]).toEqual([1, 2, 3, 255, 0, 128]);
    expect([...inflateSync(chunks[2]!.data)]).toEqual([0, 0, 1, 1, 0, 0, 0, 1]);
  });

  test('carries the checksum that the specification gives for an empty end', () => {
    const png = pngImage({ width: 1, height: 1, indices: Uint8Array.of(0), palette: [[0, 0, 0]] });
    expect(png.subarray(-4).toString('hex')).toBe('ae426082');
  });

  test('refuses pixels that are not there', () => {
    const indices = Uint8Array.of(0);
    expect(() => pngImage({ width: 2, height: 1, indices, palette: [[0, 0, 0]] })).toThrow('2 × 1 has 1');
  });
});

describe('a colour scale', () => {
  test('runs from the first to the last colour, and is grey where there is no value', () => {
    const colours = palette('vorticity');
    expect(colours).toHaveLength(256);
    expect(colours[colourIndex(-1, [-1, 1])]).toEqual([5, 48, 97]);
    expect(colours[colourIndex(0, [-1, 1])]).toEqual([247, 247, 247]);
    expect(colours[colourIndex(9, [-1, 1])]).toEqual([103, 0, 31]);
    expect(colours[colourIndex(NaN, [-1, 1])]).toEqual([176, 176, 176]);
  });
});

describe('fieldFigure', () => {
  test('puts the first row at the bottom of the picture', () => {
    const svg = fieldFigure('sea', [PANEL]);
    const [first] = [...svg.matchAll(/base64,([^"]+)"/g)].map(([, data]) => Buffer.from(data!, 'base64'));
    const pixels = inflateSync(chunksOf(first!)[2]!.data);
    expect([...pixels]).toEqual([0, 254, 255, 0, 0, 127]);
  });

  test('names axes and units, and escapes what it writes', () => {
    const svg = fieldFigure('a < b & c', [PANEL]);
    expect(svg).toContain('<title>a &lt; b &amp; c</title>');
    for (const label of ['longitude, °', 'latitude, °', '>m<', '>−1<']) expect(svg).toContain(label);
  });
});

describe('logarithmicFigure', () => {
  test('draws a power law as a straight line and leaves out what lies beyond the axes', () => {
    const points = [1e-4, 1e-3, 1e-2, 1e-1].map((x) => [x, x ** -1] as const);
    const axis = { label: 'wavenumber', ticks: [] };
    const svg = logarithmicFigure('spectrum', [{ label: 'power −1', colour: '#000', points }], {
      x: { ...axis, from: 1e-3, to: 1e-1 },
      y: { ...axis, from: 10, to: 1000 },
    });
    expect(/points="([^"]+)"/.exec(svg)![1]).toBe('80,40 310,250 540,460');
  });
});

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const chunks = [];
  for (let offset = 8; offset < png.length;) {
    const length = png.readUInt32BE(offset);
    const type = png.toString('latin1', offset + 4, offset + 8);
    chunks.push({ type, data: png.subarray(offset + 8, offset + 8 + length) });
    offset += length + 12;
  }
  return chunks;
}
