'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import type {
  CheckReport,
  CheckRequest,
  PracticeReport,
  PracticeRequest,
  PreflightReply,
  PreflightRequest,
} from './messages';

export type Run<Report> =
  | { phase: 'idle' }
  | { phase: 'running'; fraction: number; activity: string }
  | { phase: 'done'; report: Report }
  | { phase: 'failed'; message: string };

const CRASHED =
  'The check in the browser stopped before it came to an end; nothing is known of the file yet. The server checks it when it is uploaded.';

/** Runs one request in a worker of its own; the function it returns ends it at once. */
export function runInWorker(request: PreflightRequest, onReply: (reply: PreflightReply) => void): () => void {
  const worker = new Worker(new URL('./worker/preflight-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', (event: MessageEvent<PreflightReply>) => {
    if (event.data.kind !== 'progress') worker.terminate();
    onReply(event.data);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    worker.terminate();
    onReply({ kind: 'failed', message: CRASHED });
  });
  worker.postMessage(request);
  return () => worker.terminate();
}

/** The check of a file, started again whenever the file or what it is checked for changes. */
export function useCheck(request: CheckRequest): Run<CheckReport> {
  const [run, setRun] = useState<Run<CheckReport>>({ phase: 'idle' });
  const { file, variable, onlyCovered } = request;
  const latest = useRef(request);
  latest.current = request;
  const key = JSON.stringify([variable, onlyCovered, request.tasks]);
  useEffect(() => {
    setRun({ phase: 'running', fraction: 0, activity: 'opening the file' });
    return runInWorker(latest.current, (reply) => {
      if (reply.kind === 'checked') setRun({ phase: 'done', report: reply.report });
      else if (reply.kind === 'failed') setRun({ phase: 'failed', message: reply.message });
      else if (reply.kind === 'progress') setRun({ phase: 'running', ...reply });
    });
  }, [file, key]);
  return run;
}

/** The practice score of a file: only when asked for, and forgotten when the file or the task changes. */
export function usePractice(key: string): {
  run: Run<PracticeReport>;
  start: (request: PracticeRequest) => void;
  cancel: () => void;
} {
  const [run, setRun] = useState<Run<PracticeReport>>({ phase: 'idle' });
  const stop = useRef<() => void>(() => undefined);
  const cancel = useCallback(() => {
    stop.current();
    setRun({ phase: 'idle' });
  }, []);
  useEffect(() => cancel, [key, cancel]);
  const start = useCallback((request: PracticeRequest) => {
    stop.current();
    setRun({ phase: 'running', fraction: 0, activity: 'fetching what it is compared with' });
    stop.current = runInWorker(request, (reply) => {
      if (reply.kind === 'practised') setRun({ phase: 'done', report: reply.report });
      else if (reply.kind === 'failed') setRun({ phase: 'failed', message: reply.message });
      else if (reply.kind === 'progress') setRun({ phase: 'running', ...reply });
    });
  }, []);
  return { run, start, cancel };
}
