import { STORED_KINDS, type StoredKind } from '@sillage/contracts';

export type Amount = { count: number; sizeBytes: number };
type Listed = { sha256: string; sizeBytes: number; writtenAt: Date };

/** What lies in the store, by what it is to the platform. */
export type StoreSurvey = {
  total: Amount;
  kinds: (Amount & { kind: StoredKind })[];
  /** Nothing refers to them, and they are old enough. */
  collectable: Listed[];
  young: Amount;
  /** Referred to, and not found. */
  missing: { sha256: string; kind: StoredKind }[];
};

export const NOTHING: Amount = { count: 0, sizeBytes: 0 };

export function add({ count, sizeBytes }: Amount, object: { sizeBytes: number }): Amount {
  return { count: count + 1, sizeBytes: sizeBytes + object.sizeBytes };
}

/** An object may be collected that was written before `bound`. */
export async function surveyStore(
  listing: AsyncIterable<readonly Listed[]>,
  references: ReadonlyMap<string, StoredKind>,
  bound: Date,
): Promise<StoreSurvey> {
  let [total, young] = [NOTHING, NOTHING];
  const byKind = new Map<StoredKind, Amount>();
  const collectable: Listed[] = [];
  const found = new Set<string>();
  for await (const objects of listing)
    for (const object of objects) {
      // A listing that is read in parts may name an object twice.
      if (found.has(object.sha256)) continue;
      found.add(object.sha256);
      total = add(total, object);
      const kind = references.get(object.sha256);
      if (kind !== undefined) byKind.set(kind, add(byKind.get(kind) ?? NOTHING, object));
      else if (object.writtenAt < bound) collectable.push(object);
      else young = add(young, object);
    }
  return {
    total,
    kinds: STORED_KINDS.flatMap((kind) => {
      const amount = byKind.get(kind);
      return amount === undefined ? [] : [{ kind, ...amount }];
    }),
    collectable,
    young,
    missing: [...references].flatMap(([sha256, kind]) => (found.has(sha256) ? [] : [{ sha256, kind }])),
  };
}
