import { describe, expect, it, test } from 'vitest';
import { MAX_TILE_POSITIONS } from '../grid.js';
import { chooseMatrixTile, matrixTileBytes, matrixTileCandidates } from './matrix-convolution.js';

const H100 = {
  products: 'native',
  unit: { side: 16, lanes: 32 },
  workgroupStorage: 49152,
  maxThreads: 1024,
  wantedWorkgroups: 198,
  wantedSums: 64,
} as const;
const POSITIONS = 242 * 242;

describe('chooseMatrixTile', () => {
  test.each([
    { name: 'the gates of the base network', siblings: 4, outputs: 48 },
    { name: 'the gates of the larger network', siblings: 4, outputs: 96 },
    { name: 'the three convolutions of a bilinear prior', siblings: 3, outputs: 32 },
    { name: 'two slices', siblings: 2, outputs: 64 },
    { name: '15 days', siblings: 1, outputs: 15 },
    { name: 'an odd width', siblings: 1, outputs: 50 },
  ])('fits $name into workgroup memory', ({ siblings, outputs }) => {
    for (const workgroupStorage of [16384, 32768, 49152]) {
      const tile = chooseMatrixTile(
        { siblings, outputs, positions: POSITIONS },
        { ...H100, workgroupStorage },
      );
      expect(matrixTileBytes(tile, H100.unit)).toBeLessThanOrEqual(workgroupStorage);
      expect((tile.subgroupColumns * tile.columnSubgroups) % siblings).toBe(0);
      expect(16 * tile.subgroupRows * tile.rowSubgroups).toBeLessThanOrEqual(MAX_TILE_POSITIONS);
      expect(32 * tile.rowSubgroups * tile.columnSubgroups).toBeLessThanOrEqual(1024);
    }
  });

  it.each([
    { name: 'base', outputs: 48 },
    { name: 'larger', outputs: 96 },
  ])('holds eight matrices of sums in a subgroup for the gates of the $name network', ({ outputs }) => {
    const tile = chooseMatrixTile({ siblings: 4, outputs, positions: POSITIONS }, H100);
    expect(tile.subgroupRows * tile.subgroupColumns).toBe(8);
    expect(tile.stages).toBe(2);
    const columns = tile.subgroupColumns * tile.columnSubgroups;
    expect(((outputs / 16) * 4) % columns).toBe(0);
  });

  it('has other tiles to offer, each once', () => {
    const tiles = matrixTileCandidates({ siblings: 4, outputs: 48, positions: POSITIONS }, H100);
    expect(tiles.length).toBeGreaterThan(4);
    expect(new Set(tiles.map((tile) => JSON.stringify(tile))).size).toBe(tiles.length);
  });

  describe.each([
    { side: 8, lanes: 8 },
    { side: 8, lanes: 32 },
    { side: 8, lanes: 64 },
    { side: 16, lanes: 64 },
  ] as const)('for matrices of $side × $side and $lanes lanes', (unit) => {
    test.each([
      { siblings: 4, outputs: 48 },
      { siblings: 4, outputs: 96 },
      { siblings: 3, outputs: 32 },
      { siblings: 1, outputs: 15 },
      { siblings: 1, outputs: 50 },
    ])('has tiles for $siblings × $outputs outputs that the device takes', ({ siblings, outputs }) => {
      const product = { siblings, outputs, positions: POSITIONS };
      for (const [workgroupStorage, maxThreads] of [
        [16384, 256],
        [32768, 1024],
      ] as const) {
        const tiles = matrixTileCandidates(product, { ...H100, unit, workgroupStorage, maxThreads });
        expect(tiles.length).toBeGreaterThan(4);
        for (const tile of tiles) {
          const { subgroupRows, subgroupColumns, rowSubgroups, columnSubgroups } = tile;
          expect(matrixTileBytes(tile, unit)).toBeLessThanOrEqual(workgroupStorage);
          expect(unit.lanes * rowSubgroups * columnSubgroups).toBeLessThanOrEqual(maxThreads);
          expect((subgroupColumns * columnSubgroups) % siblings).toBe(0);
          expect(unit.side * subgroupRows * rowSubgroups).toBeLessThanOrEqual(MAX_TILE_POSITIONS);
        }
        const { subgroupColumns, columnSubgroups } = tiles[0]!;
        const columns = unit.side * subgroupColumns * columnSubgroups;
        const needed = Math.ceil(outputs / unit.side) * unit.side * siblings;
        expect(Math.ceil(needed / columns) * columns).toBe(needed);
      }
    });
  });

  it('holds few sums in a lane where kernels must be short', () => {
    const unit = { side: 8, lanes: 8 } as const;
    const product = { siblings: 4, outputs: 48, positions: POSITIONS };
    const tile = chooseMatrixTile(product, { ...H100, unit, wantedSums: 8 });
    expect(tile.subgroupRows * tile.subgroupColumns).toBe(1);
  });

  it('takes smaller tiles where large ones would leave processors idle', () => {
    const rows = (positions: number) => {
      const tile = chooseMatrixTile({ siblings: 1, outputs: 16, positions }, H100);
      return tile.subgroupRows * tile.rowSubgroups;
    };
    expect(rows(122 * 122)).toBeLessThan(rows(8 * 242 * 242));
  });
});
