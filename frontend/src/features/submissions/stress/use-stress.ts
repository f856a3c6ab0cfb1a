'use client';

import type { StressView } from '@sillage/contracts';
import { useEffect, useState } from 'react';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { isOpen } from './stress-rows';

const POLL_MS = 2_000;
const SLOWEST_POLL_MS = 30_000;

/**
 * The stress runs of a submission, up to date as long as one is open; null until they are loaded.
 *
 * @param isScored - of the normal run: before it, there is nothing to ask for.
 */
export function useStress(
  submission: string,
  isScored: boolean,
): {
  view: StressView | null;
  replace: (view: StressView) => void;
} {
  const [view, setView] = useState<StressView | null>(null);
  const isWatched = isScored && (view === null || view.runs.some(isOpen));

  useEffect(() => {
    if (!isWatched) return undefined;
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const ask = async () => {
      try {
        const loaded = await browserGateway.stress(submission, control.signal);
        if (control.signal.aborted) return;
        failures = 0;
        setView(loaded);
      } catch {
        if (control.signal.aborted) return;
        failures += 1;
      }
      const waitMs = Math.min(SLOWEST_POLL_MS, POLL_MS * 2 ** failures);
      timer = setTimeout(() => void ask(), document.hidden ? SLOWEST_POLL_MS : waitMs);
    };
    void ask();
    return () => {
      control.abort();
      clearTimeout(timer);
    };
  }, [submission, isWatched]);

  return { view, replace: setView };
}
