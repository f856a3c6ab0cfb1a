import { describe, expect, it, test } from 'vitest';
import { matrixUnitOf } from './matrix-unit.js';

const shape = (side: number, resultComponentType = 'f32') => ({
  componentType: 'f16',
  resultComponentType,
  M: side,
  N: side,
  K: side,
});
const integers = { componentType: 'u8', resultComponentType: 'u32', M: 8, N: 8, K: 32 };
const lanes = (count: number) => ({ subgroupMinSize: count, subgroupMaxSize: count });

describe('matrixUnitOf', () => {
  test.each([
    { name: 'NVIDIA', lanes: 32, configs: [shape(16, 'f16'), shape(16), integers], side: 16 },
    { name: 'Mesa on a CPU', lanes: 8, configs: [shape(8, 'f16'), shape(8), integers], side: 8 },
    { name: 'a device with both', lanes: 64, configs: [shape(8), shape(16)], side: 16 },
  ])('takes what $name offers', ({ lanes: count, configs, side }) => {
    expect(matrixUnitOf({ ...lanes(count), subgroupMatrixConfigs: configs })).toEqual({
      side,
      lanes: count,
    });
  });

  it('says what the device multiplies instead', () => {
    const lack = matrixUnitOf({ ...lanes(32), subgroupMatrixConfigs: [shape(16, 'f16'), integers] });
    expect(lack).toBe(
      'it multiplies f16 → f16 16×16×16, u8 → u32 8×8×32, f16 → f32 16×16×16 or f16 → f32 8×8×8 is needed',
    );
    expect(matrixUnitOf(lanes(32))).toMatch('it multiplies no matrices');
  });

  it('refuses subgroups of more than one size, and of fewer lanes than a row has vectors', () => {
    const subgroupMatrixConfigs = [shape(16)];
    expect(matrixUnitOf({ subgroupMinSize: 8, subgroupMaxSize: 32, subgroupMatrixConfigs })).toMatch(
      'its subgroups have 8 to 32 lanes',
    );
    expect(matrixUnitOf({ ...lanes(4), subgroupMatrixConfigs })).toMatch('its subgroups have 4 to 4 lanes');
    expect(matrixUnitOf({ subgroupMatrixConfigs })).toMatch('its subgroups have 0 to 0 lanes');
  });
});
