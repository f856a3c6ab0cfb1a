/** One registry for all figures: a method keeps its colour and its dashes on every page that draws it beside others. */

const COLOUR_COUNT = 7;
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
/** The first slot is the grey of the baseline that everybody compares with. */
const BASELINE_SLOT = 0;
const BASELINE = /\boi\b|optimal interpolation/i;

/** A colour with its dashes; slots beyond the colours repeat them with other dashes. */
export type MethodSlot = number;

/**
 * Slots of methods that are drawn together. A method's slot follows from its name; only where two would share one does the
 * later in the alphabet take the next that is free, so that the same methods always look the same.
 */
export function methodSlots(methods: readonly { key: string; name: string }[]): Map<string, MethodSlot> {
  const slots = new Map<string, MethodSlot>();
  const taken = new Set<MethodSlot>();
  const give = (key: string, wanted: MethodSlot) => {
    let slot = wanted;
    while (taken.has(slot)) slot = next(slot);
    taken.add(slot);
    slots.set(key, slot);
  };
  const sorted = [...methods].sort((left, right) =>
    left.key < right.key ? -1 : left.key > right.key ? 1 : 0,
  );
  for (const { key, name } of sorted) {
    if (slots.has(key)) continue;
    const isBaseline = key.startsWith('reference:') && BASELINE.test(name);
    give(key, isBaseline ? BASELINE_SLOT : 1 + (hashOf(key) % (COLOUR_COUNT - 1)));
  }
  return slots;
}

/** The next slot round the colours but the baseline's, and from the last on to their repetition. */
function next(slot: MethodSlot): MethodSlot {
  const following = slot + 1;
  return following % COLOUR_COUNT === BASELINE_SLOT ? following + 1 : following;
}

/** FNV-1a: the same on every machine. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

export function methodDash(slot: MethodSlot): number[] {
  return [...(DASHES[slot % DASHES.length] ?? [])];
}

/** Of the style sheet: `var(--method-3)`. */
export function methodColour(slot: MethodSlot): string {
  return `var(--method-${slot % COLOUR_COUNT})`;
}

/** The colours of the theme that is on, by slot: canvases cannot use style-sheet variables by themselves. */
export function readMethodColours(host: HTMLElement): (slot: MethodSlot) => string {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  host.append(probe);
  const colours = Array.from({ length: COLOUR_COUNT }, (_, slot) => {
    probe.style.color = methodColour(slot);
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return (slot) => colours[slot % COLOUR_COUNT] ?? 'gray';
}
