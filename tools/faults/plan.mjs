// What each round does, from a seed alone: a round that failed can be run again.

/**
 * @param {number} seed
 * @returns {() => number} numbers from 0 (included) to 1 (not included); mulberry32
 */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {() => number} random
 * @returns {Item[]}
 */
export function shuffled(items, random) {
  const left = [...items];
  return items.map(() => /** @type {Item} */ (left.splice(Math.floor(random() * left.length), 1)[0]));
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {() => number} random
 * @returns {Item}
 */
export function oneOf(items, random) {
  return /** @type {Item} */ (items[Math.floor(random() * items.length)]);
}

/**
 * Every kind once in any order, then every kind again: none is left to luck.
 * @param {number} seed
 * @param {number} count
 * @param {readonly string[]} kinds
 * @returns {{ round: number, kind: string, seed: number }[]} `seed`: of the round alone
 */
export function planRounds(seed, count, kinds) {
  const random = randomOf(seed);
  /** @type {string[]} */
  const order = [];
  while (order.length < count) order.push(...shuffled(kinds, random));
  return order
    .slice(0, count)
    .map((kind, index) => ({ round: index + 1, kind, seed: Math.floor(random() * 2 ** 32) }));
}
