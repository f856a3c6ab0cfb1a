'use client';

import { useEffect, useRef, useState } from 'react';
import type { AskedOfNetwork, NetworkLook, NetworkLookReply, NetworkLookRequest } from './network-look';

export type NetworkLookState =
  /** No file, or one of ONNX. */
  | { phase: 'none' }
  | { phase: 'reading' }
  | { phase: 'failed'; message: string }
  /** `isOld` while an answer to a changed manifest is on its way. */
  | { phase: 'read'; look: NetworkLook; isOld: boolean };

const CRASHED = 'The browser stopped reading the file before it came to an end.';
/** A manifest is typed key by key. */
const PAUSE_MS = 300;

/** What a chosen file of weights says, with the manifest as it stands, on the boxes chosen; all stays in the browser. */
export function useNetworkLook(file: File | null, { manifestText, boxes }: AskedOfNetwork): NetworkLookState {
  const [state, setState] = useState<NetworkLookState>({ phase: 'none' });
  const worker = useRef<{ ask: (asked: AskedOfNetwork) => void } | null>(null);
  const latest = useRef({ manifestText, boxes });
  latest.current = { manifestText, boxes };
  const boxesText = JSON.stringify(boxes);

  useEffect(() => {
    if (file === null) {
      setState({ phase: 'none' });
      return undefined;
    }
    setState({ phase: 'reading' });
    const started = startWorker(file, setState);
    worker.current = started;
    started.ask(latest.current);
    return () => {
      worker.current = null;
      started.stop();
    };
  }, [file]);

  useEffect(() => {
    const timer = setTimeout(() => worker.current?.ask(latest.current), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [manifestText, boxesText]);

  return state;
}

type SetState = (change: (before: NetworkLookState) => NetworkLookState) => void;

function startWorker(
  file: File,
  setState: SetState,
): { ask: (asked: AskedOfNetwork) => void; stop: () => void } {
  const worker = new Worker(new URL('./worker/network-file-worker.ts', import.meta.url), { type: 'module' });
  let before: string | null = null;
  let id = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<NetworkLookReply>) => {
    if (data.id === id) setState(() => stateOf(data));
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    worker.terminate();
    setState(() => ({ phase: 'failed', message: CRASHED }));
  });
  return {
    ask: (asked) => {
      const text = JSON.stringify(asked);
      if (text === before) return;
      before = text;
      id += 1;
      const request: NetworkLookRequest = { id, file, ...asked };
      worker.postMessage(request);
      setState((shown) => (shown.phase === 'read' ? { ...shown, isOld: true } : shown));
    },
    stop: () => worker.terminate(),
  };
}

function stateOf(reply: NetworkLookReply): NetworkLookState {
  if (reply.kind === 'look') return { phase: 'read', look: reply.look, isOld: false };
  return reply.kind === 'no-weights' ? { phase: 'none' } : { phase: 'failed', message: reply.message };
}
