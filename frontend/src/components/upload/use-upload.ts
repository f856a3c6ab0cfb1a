'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { defaultOptions, Upload, type DetailedError } from 'tus-js-client';
import { apiPaths, uploadErrorStatus, uploadRetries } from '@sillage/client';
import { speedOf, withSample, type ProgressSample } from './upload-progress';

const CHUNK_BYTES = 8 * 1024 * 1024; // proxies in front may cut bodies at 10 MB

export type UploadState =
  | { phase: 'none' }
  | {
      phase: 'sending' | 'paused';
      file: File;
      sentBytes: number;
      speed: number | null;
      isResumed: boolean;
      isRetrying: boolean;
    }
  | {
      phase: 'done';
      file: File;
      uploadId: string;
      /** What was sent has become a part of something: from now on choosing the same file is a new upload. */
      forget: () => void;
    }
  | { phase: 'failed'; file: File; message: string };

export type Uploader = {
  state: UploadState;
  start: (file: File) => void;
  pause: () => void;
  resume: () => void;
  discard: () => void;
};

/**
 * A resumable upload. Choosing the same file again, also after a reload, goes on where the last try stopped; what has arrived
 * whole is not sent again until `forget` says that it was used.
 */
export function useUpload(): Uploader {
  const [state, setState] = useState<UploadState>({ phase: 'none' });
  const current = useRef<Upload | null>(null);
  const samples = useRef<ProgressSample[]>([]);
  const generation = useRef(0); // a start that is still on its way must not win over a later one

  useEffect(() => () => void current.current?.abort(), []);

  useEffect(() => {
    if (state.phase !== 'sending') return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [state.phase]);

  const start = useCallback((file: File) => {
    void current.current?.abort();
    samples.current = [];
    setState({ phase: 'sending', file, sentBytes: 0, speed: null, isResumed: false, isRetrying: false });
    const own = ++generation.current;
    begin().catch((error: unknown) => {
      if (generation.current === own) setState({ phase: 'failed', file, message: beginningFault(error) });
    });

    async function begin() {
      const upload: Upload = new Upload(file, {
        endpoint: apiPaths.uploads,
        chunkSize: CHUNK_BYTES,
        ...uploadRetries,
        metadata: { filename: file.name, filetype: file.type || 'application/x-netcdf' },
        onProgress: (sentBytes) => {
          if (current.current !== upload) return;
          samples.current = withSample(samples.current, { timeMs: performance.now(), sentBytes });
          setState((before) =>
            before.phase === 'sending'
              ? { ...before, sentBytes, speed: speedOf(samples.current), isRetrying: false }
              : before,
          );
        },
        onShouldRetry: (error) => {
          const isWorthIt = uploadRetries.onShouldRetry(error);
          if (isWorthIt && current.current === upload) {
            samples.current = [];
            setState((before) =>
              before.phase === 'sending' ? { ...before, speed: null, isRetrying: true } : before,
            );
          }
          return isWorthIt;
        },
        onSuccess: () => {
          if (current.current !== upload) return;
          const uploadId = upload.url?.split('/').filter(Boolean).at(-1);
          setState(
            uploadId === undefined
              ? { phase: 'failed', file, message: 'The server gave the upload no address.' }
              : { phase: 'done', file, uploadId, forget: () => void forgotten(upload) },
          );
        },
        onError: (error) => {
          if (current.current === upload) setState({ phase: 'failed', file, message: uploadFault(error) });
        },
      });
      current.current = upload;
      const previous = (await upload.findPreviousUploads()).sort((left, right) =>
        right.creationTime.localeCompare(left.creationTime),
      )[0];
      if (generation.current !== own || current.current !== upload) return;
      if (previous !== undefined) {
        upload.resumeFromPreviousUpload(previous);
        setState((before) => (before.phase === 'sending' ? { ...before, isResumed: true } : before));
      }
      upload.start();
    }
  }, []);

  const pause = useCallback(() => {
    void current.current?.abort();
    samples.current = [];
    setState((before) =>
      before.phase === 'sending' ? { ...before, phase: 'paused', speed: null, isRetrying: false } : before,
    );
  }, []);

  const resume = useCallback(() => {
    setState((before) => (before.phase === 'paused' ? { ...before, phase: 'sending' } : before));
    current.current?.start();
  }, []);

  const discard = useCallback(() => {
    generation.current += 1;
    void current.current?.abort(true).catch(() => undefined);
    current.current = null;
    setState({ phase: 'none' });
  }, []);

  return { state, start, pause, resume, discard };
}

async function forgotten(upload: Upload): Promise<void> {
  for (const { urlStorageKey } of await upload.findPreviousUploads())
    await defaultOptions.urlStorage?.removeUpload(urlStorageKey);
}

/** Nothing was sent: the browser does not say what it keeps of earlier uploads, for example. */
function beginningFault(error: unknown): string {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return `The upload could not begin: ${reason}. Go on tries again; if that fails too, reload the page.`;
}

/** What went wrong, from the typed error that the server answered with, else in plain words. */
function uploadFault(error: Error | DetailedError): string {
  if (uploadErrorStatus(error) === 401)
    return 'You were signed out. What was sent is kept: sign in in another window, then go on here.';
  const body = 'originalResponse' in error ? error.originalResponse?.getBody() : undefined;
  try {
    const parsed: unknown = JSON.parse(body ?? '');
    const fault = typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : null;
    if (
      typeof fault === 'object' &&
      fault !== null &&
      'message' in fault &&
      typeof fault.message === 'string'
    )
      return fault.message;
  } catch {
    // not one of our replies: the words below
  }
  return 'The connection was lost for too long. What was sent is kept: go on when the network is back.';
}
