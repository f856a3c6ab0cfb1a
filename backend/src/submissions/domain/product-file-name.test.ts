import { describe, expect, it } from 'vitest';
import { productFileName } from './product-file-name.js';

const task = { area: 'gf', scenario: 'nadir4' };

describe('productFileName', () => {
  it.each([
    { method: 'OI (baseline)', expected: 'oi-baseline-gf-nadir4-scored.nc' },
    { method: '4DVarNet µ', expected: '4dvarnet-µ-gf-nadir4-scored.nc' },
    { method: '../../etc/passwd', expected: 'etc-passwd-gf-nadir4-scored.nc' },
    { method: '***', expected: 'gf-nadir4-scored.nc' },
  ])('calls the map of $method $expected', ({ method, expected }) => {
    expect(productFileName(method, task, 'scored.nc')).toBe(expected);
  });
});
