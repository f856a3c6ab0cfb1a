'use client';

import type { PreviewFrame } from '@sillage/contracts';
import { useEffect, useState } from 'react';
import { browserGateway } from '../../../lib/api/browser-gateway';

/**
 * The days that a network has mapped so far, oldest first. `previewDays` is how many there are by now: with every change
 * the new ones are fetched.
 */
export function usePreview(evaluationId: string, previewDays: number): readonly PreviewFrame[] {
  const [frames, setFrames] = useState<readonly PreviewFrame[]>([]);
  const last = frames.at(-1)?.day;

  useEffect(() => {
    if (previewDays <= frames.length) return undefined;
    const control = new AbortController();
    browserGateway
      .preview(evaluationId, last, control.signal)
      .then((more) => {
        if (!control.signal.aborted && more.length > 0) setFrames((before) => [...before, ...more]);
      })
      .catch(() => undefined); // pictures only: the next change of the count tries again
    return () => control.abort();
  }, [evaluationId, previewDays, frames.length, last]);

  return frames;
}
