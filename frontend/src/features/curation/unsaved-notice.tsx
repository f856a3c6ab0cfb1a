'use client';

import { useEffect, useState } from 'react';
import { Notice } from '../../components/notice';
import { countOf } from '../../lib/format-number';
import { differingPaths } from './draft-definition';
import { forgetUnsaved, readUnsaved, type Unsaved } from './unsaved-draft';
import type { DraftEditor } from './use-draft';

/** Offers what this browser kept of a visit that ended before everything was saved. */
export function UnsavedNotice({ editor }: { editor: DraftEditor }) {
  const { view } = editor;
  const [unsaved, setUnsaved] = useState<Unsaved | null>(null);

  useEffect(() => {
    const kept = readUnsaved(view.id);
    if (kept === null) return;
    if (differingPaths(view.definition, kept.definition).length > 0) setUnsaved(kept);
    else forgetUnsaved(view.id);
    // Only what an earlier visit left, not what this one writes.
  }, [view.id]);

  if (unsaved === null) return null;
  const count = differingPaths(view.definition, unsaved.definition).length;
  return (
    <Notice tone="warning" title="Changes of yours were not saved">
      <p>
        This browser kept {countOf(count, 'change', 'changes')} from an earlier visit
        {unsaved.revision === view.revision ? '' : '; the draft has been changed since'}.
      </p>
      <p className="button-row">
        <button
          type="button"
          className="button button-primary"
          onClick={() => {
            editor.change(() => unsaved.definition);
            setUnsaved(null);
          }}
        >
          Bring them back
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            forgetUnsaved(view.id);
            setUnsaved(null);
          }}
        >
          Forget them
        </button>
      </p>
    </Notice>
  );
}
