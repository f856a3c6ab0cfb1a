'use client';

import { useEffect, useRef, useState } from 'react';
import type { CheckReport, SetCheckItem } from './messages';
import { runInWorker, type Run } from './use-preflight';

type Runs = Readonly<Record<string, Run<CheckReport>>>;

/**
 * The checks of a set, one file after the other: several large ones at once would starve each other. A file is checked again
 * when what it is checked for changes; one that was sent before its turn is not.
 */
export function useSetCheck(
  items: readonly SetCheckItem[],
  variable: string | null,
): (item: SetCheckItem) => Run<CheckReport> {
  const [runs, setRuns] = useState<Runs>({});
  const keyOf = ({ id, tasks, onlyCovered }: SetCheckItem) =>
    JSON.stringify([id, variable, onlyCovered, tasks]);
  const runOf = (item: SetCheckItem): Run<CheckReport> => {
    const run = runs[keyOf(item)] ?? { phase: 'idle' };
    return item.isReleased && run.phase === 'running' ? { phase: 'idle' } : run; // ended when it was sent
  };
  const next = items.find((item) => {
    const { phase } = runOf(item);
    return !item.isReleased && phase !== 'done' && phase !== 'failed';
  });
  const key = next === undefined ? null : keyOf(next);
  const latest = useRef({ items, next });
  latest.current = { items, next };

  useEffect(() => {
    const { next: item } = latest.current;
    if (key === null || item === undefined) return undefined;
    const keep = (run: Run<CheckReport>) =>
      setRuns((before) => {
        const known = new Set(latest.current.items.map(keyOf));
        const kept = Object.entries(before).filter(([other]) => known.has(other));
        return { ...Object.fromEntries(kept), [key]: run };
      });
    keep({ phase: 'running', fraction: 0, activity: 'opening the file' });
    const { file, tasks, onlyCovered } = item;
    return runInWorker({ kind: 'check', file, variable, tasks: [...tasks], onlyCovered }, (reply) => {
      if (reply.kind === 'checked') keep({ phase: 'done', report: reply.report });
      else if (reply.kind === 'failed') keep({ phase: 'failed', message: reply.message });
      else if (reply.kind === 'progress') keep({ phase: 'running', ...reply });
    });
  }, [key]);
  return runOf;
}
