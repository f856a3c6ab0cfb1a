import type { DraftDefinition } from '@sillage/contracts';

/** What was typed and not yet saved, kept by the browser: a closed tab or a dead battery loses nothing. */
export type Unsaved = { revision: number; definition: DraftDefinition };

const keyOf = (draft: string) => `sillage-draft-${draft}`;

export function keepUnsaved(draft: string, unsaved: Unsaved): void {
  try {
    localStorage.setItem(keyOf(draft), JSON.stringify(unsaved));
  } catch {
    // no room, or not allowed: it is saved on the server in a moment
  }
}

export function forgetUnsaved(draft: string): void {
  try {
    localStorage.removeItem(keyOf(draft));
  } catch {
    // as above
  }
}

/** Null where everything was saved. */
export function readUnsaved(draft: string): Unsaved | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(keyOf(draft)) ?? 'null');
    if (typeof value !== 'object' || value === null || !('definition' in value) || !('revision' in value))
      return null;
    const { revision, definition } = value;
    return typeof revision === 'number' && typeof definition === 'object' && definition !== null
      ? { revision, definition: { ...definition } }
      : null;
  } catch {
    return null;
  }
}
