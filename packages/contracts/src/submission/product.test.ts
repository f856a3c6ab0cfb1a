import { expect, test } from 'vitest';
import { canonicalJson } from './product.js';

test('the canonical text does not depend on the order of keys, and numbers keep every bit', () => {
  const value = { b: [1, 0.1 + 0.2, -0, 1e21], a: { z: null, é: 'ü"\n', y: true }, c: undefined };
  expect(canonicalJson(value)).toBe(
    '{"a":{"y":true,"z":null,"é":"ü\\"\\n"},"b":[1,0.30000000000000004,0,1e+21]}',
  );
  expect(canonicalJson({ a: value.a, b: value.b })).toBe(canonicalJson(value));
  expect(JSON.parse(canonicalJson(value))).toEqual({ a: value.a, b: [1, 0.1 + 0.2, 0, 1e21] });
});
