'use client';

import { useEffect, useState } from 'react';
import { useIsInteractive } from '../../../components/use-is-interactive';
import styles from './export-panel.module.css';

const SHOWN_MS = 2_000;

/** Copies the whole address of the view, with the version of the dataset that it was made from. */
export function CopyPermalink({ path }: { path: string }) {
  const isInteractive = useIsInteractive();
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');

  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);

  if (!isInteractive) return <a href={path}>Link</a>;
  async function copy() {
    try {
      await navigator.clipboard.writeText(new URL(path, window.location.origin).href);
      setState('copied');
    } catch {
      setState('refused');
    }
  }
  return (
    <>
      <button type="button" className={styles.button} onClick={copy}>
        Copy the link
      </button>
      <span aria-live="polite">
        {state === 'copied' ? 'Copied.' : null}
        {state === 'refused' ? <a href={path}>The browser does not allow it: copy this link</a> : null}
      </span>
    </>
  );
}
