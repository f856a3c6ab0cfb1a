import { describe, expect, it } from 'vitest';
import { BoardCache } from './board-cache.js';

/** A promise that the test keeps when it likes. */
function controlled<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}

describe('BoardCache', () => {
  it('keeps what was loaded until it is forgotten', async () => {
    const cache = new BoardCache<string>();
    await cache.load('a', async () => 'first');
    expect(cache.get('a')).toBe('first');
    cache.forget((value) => value === 'first');
    expect(cache.get('a')).toBeUndefined();
  });

  it('replaces a value that is still kept, and no other', async () => {
    const cache = new BoardCache<string>();
    await cache.load('a', async () => 'first');
    cache.replace('a', 'first', 'second');
    cache.replace('a', 'first', 'third');
    expect(cache.get('a')).toBe('second');
    cache.forget(() => true);
    cache.replace('a', 'second', 'fourth');
    expect(cache.get('a')).toBeUndefined();
  });

  it('loads once for everyone who waits', async () => {
    const cache = new BoardCache<string>();
    const loading = controlled<string>();
    let count = 0;
    const make = () => {
      count += 1;
      return loading.promise;
    };
    const both = Promise.all([cache.load('a', make), cache.load('a', make)]);
    loading.resolve('value');
    expect(await both).toEqual(['value', 'value']);
    expect(count).toBe(1);
  });

  it('does not keep what was read before a change, nor give it to who asks after', async () => {
    const cache = new BoardCache<string>();
    const old = controlled<string>();
    const first = cache.load('a', () => old.promise);
    cache.forget(() => false);
    const second = cache.load('a', async () => 'new');
    old.resolve('old');
    expect(await first).toBe('old');
    expect(await second).toBe('new');
    expect(cache.get('a')).toBe('new');
  });

  it('tries again after a failure', async () => {
    const cache = new BoardCache<string>();
    await expect(cache.load('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await cache.load('a', async () => 'up')).toBe('up');
  });

  it('drops the oldest when it is full', async () => {
    const cache = new BoardCache<number>(2);
    for (const [index, key] of ['a', 'b', 'c'].entries()) await cache.load(key, async () => index);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([undefined, 1, 2]);
  });
});
