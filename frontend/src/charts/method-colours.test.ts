import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { methodDash, methodSlots } from './method-colours';

const method = (key: string) => ({ key, name: key.split(':').at(-1) ?? '' });
const oi = { key: 'reference:OI (baseline)', name: 'OI (baseline)' };

describe('the registry of colours', () => {
  test('gives the baseline the first slot, and nobody who only took its name', () => {
    const slots = methodSlots([oi, method('by:Ada:OI')]);
    expect(slots.get(oi.key)).toBe(0);
    expect(slots.get('by:Ada:OI')).not.toBe(0);
  });

  test('does not depend on the order, and gives every method a look of its own', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 16 }), (names) => {
        const methods = [oi, ...names.map((name) => method(`by:${name}`))];
        const slots = methodSlots(methods);
        expect(slots).toEqual(methodSlots([...methods].reverse()));
        const looks = [...slots.values()].map((slot) => `${slot % 7} ${methodDash(slot).join()}`);
        expect(new Set(looks).size).toBe(methods.length);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps the slot of a method whose name nobody else falls on', () => {
    const alone = methodSlots([method('by:Ada:A')]).get('by:Ada:A');
    const apart = ['B', 'C', 'D', 'E', 'F'].find(
      (name) => methodSlots([method(`by:Ada:${name}`)]).get(`by:Ada:${name}`) !== alone,
    );
    const both = methodSlots([method('by:Ada:A'), method(`by:Ada:${apart}`)]);
    expect(both.get('by:Ada:A')).toBe(alone);
  });
});
