'use client';

import { placeText, type DraftView } from '@sillage/contracts';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Notice } from '../../components/notice';
import { browserCurationGateway } from '../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { formatInstant } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import { differingPaths } from './draft-definition';
import styles from './draft-wizard.module.css';
import { forgetUnsaved } from './unsaved-draft';
import type { DraftEditor } from './use-draft';

const MOST_SHOWN = 8;

/** Somebody else was first: what differs, and two ways on. What was typed here is in neither of them lost without a word. */
export function ConflictNotice({ editor, theirs }: { editor: DraftEditor; theirs: DraftView }) {
  const router = useRouter();
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isCopying, setIsCopying] = useState(false);
  const different = differingPaths(theirs.definition, editor.definition);

  async function copy() {
    setIsCopying(true);
    setFault(null);
    try {
      const draft = await browserCurationGateway.createDraft({
        definition: editor.definition,
        copyOf: editor.view.id,
      });
      forgetUnsaved(editor.view.id);
      editor.takeTheirs(); // this page has nothing left that is not saved
      router.push(paths.adminDraft(draft.id));
    } catch (error) {
      setFault(formFaultOf(error));
      setIsCopying(false);
    }
  }

  return (
    <Notice
      tone="danger"
      title={`${theirs.changedBy} changed this draft on ${formatInstant(theirs.changedAt)}`}
      announce
    >
      <p>
        Your changes since then are not saved; they are still in the fields below.{' '}
        {different.length === 0
          ? 'The definitions say the same; the files differ.'
          : 'Yours and theirs say something else in:'}
      </p>
      {different.length === 0 ? null : (
        <ul className={styles.problems}>
          {different.slice(0, MOST_SHOWN).map((path) => (
            <li key={path}>{placeText(path)}</li>
          ))}
          {different.length > MOST_SHOWN ? <li>and {different.length - MOST_SHOWN} more</li> : null}
        </ul>
      )}
      {fault === null ? null : (
        <p>
          <strong>{fault.title}</strong> {fault.text}
        </p>
      )}
      <p className="button-row">
        <button
          type="button"
          className="button button-primary"
          onClick={() => void copy()}
          disabled={isCopying}
        >
          Keep editing a copy of yours
        </button>
        <button type="button" className="button" onClick={editor.takeTheirs} disabled={isCopying}>
          Load theirs, drop yours
        </button>
      </p>
    </Notice>
  );
}
