import { describe, expect, test } from 'vitest';
import { handleOf, methodKey, rowOfHandle, toggledHandle } from './method-identity';
import { rowOf } from './testing/boards';

const oi = rowOf({ submissionId: 'oi', method: 'OI', kind: 'reference', author: 'Sillage' });
const impostor = rowOf({ submissionId: 'impostor', method: 'OI', author: 'Sillage' });
const first = rowOf({ submissionId: 'first', method: 'Mine' });
const second = rowOf({ submissionId: 'second', method: 'Mine' });

describe('a method', () => {
  test('is the same on another board, whatever its submission', () => {
    expect(methodKey(first)).toBe(methodKey({ ...second, inputs: ['sst'] } as typeof second));
  });

  test('is not a reference because it took its name', () => {
    expect(methodKey(impostor)).not.toBe(methodKey(oi));
    expect(rowOfHandle([impostor, oi], methodKey(oi))).toBe(oi);
  });

  test('does not run into its author', () => {
    const left = rowOf({ author: 'a:b', method: 'c' });
    const right = rowOf({ author: 'a', method: 'b:c' });
    expect(methodKey(left)).not.toBe(methodKey(right));
  });
});

describe('a handle', () => {
  test('is the method where it is the only one, else the submission', () => {
    expect(handleOf([first, oi], first)).toBe('by:Ada:Mine');
    expect(handleOf([first, second], second)).toBe('second');
    expect(rowOfHandle([first, second], 'second')).toBe(second);
  });

  test('of a method names nobody where two have it: neither is more it than the other', () => {
    expect(rowOfHandle([first, second], 'by:Ada:Mine')).toBeNull();
    expect(rowOfHandle([oi], 'by:Ada:Mine')).toBeNull();
  });

  test('is added and taken away in place', () => {
    expect(toggledHandle(['a', 'b'], 'a')).toEqual(['b']);
    expect(toggledHandle(['a', 'b'], 'c')).toEqual(['a', 'b', 'c']);
  });
});
