import { describe, expect, it, test } from 'vitest';
import { MAX_TILE_POSITIONS } from './grid.js';
import { chooseMatrixTile, matrixTileBytes } from './matrix-convolution.js';

const H100 = { products: 'native', workgroupStorage: 49152, wantedWorkgroups: 198 } as const;
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
      expect(matrixTileBytes(tile)).toBeLessThanOrEqual(workgroupStorage);
      expect((tile.subgroupColumns * tile.columnSubgroups) % siblings).toBe(0);
      expect(16 * tile.subgroupRows * tile.rowSubgroups).toBeLessThanOrEqual(MAX_TILE_POSITIONS);
      expect(32 * tile.rowSubgroups * tile.columnSubgroups).toBeLessThanOrEqual(1024);
    }
  });

  it('reads the operand of the gates of the base network once for all 192 outputs', () => {
    const tile = chooseMatrixTile({ siblings: 4, outputs: 48, positions: POSITIONS }, H100);
    expect(tile.subgroupColumns * tile.columnSubgroups).toBe(12);
  });

  it('takes smaller tiles where large ones would leave processors idle', () => {
    const rows = (positions: number) => {
      const tile = chooseMatrixTile({ siblings: 1, outputs: 16, positions }, H100);
      return tile.subgroupRows * tile.rowSubgroups;
    };
    expect(rows(122 * 122)).toBeLessThan(rows(8 * 242 * 242));
  });
});
