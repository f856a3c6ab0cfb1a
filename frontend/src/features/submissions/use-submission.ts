'use client';

import type { SubmissionView } from '@sillage/contracts';
import { useEffect, useState } from 'react';
import { browserGateway } from '../../lib/api/browser-gateway';
import { isSettled } from './evaluation-texts';

const POLL_MS = 700;
const SLOWEST_POLL_MS = 5_000;

/** A submission that stays up to date until nothing about it can change. `isStale`: the last question got no answer. */
export function useSubmission(initial: SubmissionView): {
  submission: SubmissionView;
  isStale: boolean;
  replace: (submission: SubmissionView) => void;
} {
  const [submission, setSubmission] = useState(initial);
  const [isStale, setIsStale] = useState(false);

  useEffect(() => {
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const isDone = (view: SubmissionView) =>
      view.evaluations.every((evaluation) => isSettled(evaluation, Date.now()));

    const ask = async () => {
      try {
        const view = await browserGateway.submission(initial.id, control.signal);
        if (control.signal.aborted) return;
        failures = 0;
        setIsStale(false);
        setSubmission(view);
        if (isDone(view)) return;
      } catch {
        if (control.signal.aborted) return;
        failures += 1;
        setIsStale(true);
      }
      const waitMs = Math.min(SLOWEST_POLL_MS, POLL_MS * 2 ** failures);
      timer = setTimeout(() => void ask(), document.hidden ? SLOWEST_POLL_MS : waitMs);
    };
    if (!isDone(initial)) timer = setTimeout(() => void ask(), POLL_MS);
    return () => {
      control.abort();
      clearTimeout(timer);
    };
  }, [initial]);

  return { submission, isStale, replace: setSubmission };
}
