'use client';

import { useEffect, useRef, useState, type DragEvent } from 'react';
import { formatBytes, formatPercent } from '../../lib/format-number';
import { formatDuration } from '../../lib/format-time';
import { remainingMs } from './upload-progress';
import styles from './upload-panel.module.css';
import type { useUpload } from './use-upload';

const MAX_BYTES = 2_000_000_000;

type Props = { upload: ReturnType<typeof useUpload>; error: string | undefined };

export function UploadPanel({ upload, error }: Props) {
  const { state, start, pause, resume, discard } = upload;
  const input = useRef<HTMLInputElement>(null);
  const [unfinished, setUnfinished] = useState<string[]>([]);
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);

  function choose(file: File | undefined) {
    if (file === undefined) return;
    if (file.size > MAX_BYTES) {
      setTooLarge(
        `${file.name} has ${formatBytes(file.size)}; at most ${formatBytes(MAX_BYTES)} are accepted. Store it as float32 with compression.`,
      );
      return;
    }
    setTooLarge(null);
    start(file);
  }

  useEffect(() => {
    setUnfinished(unfinishedNames());
    // On a slow line a file can be chosen before this code has arrived: nobody has heard of that choice yet.
    choose(input.current?.files?.[0]);
  }, []);

  function drop(event: DragEvent) {
    event.preventDefault();
    setIsOver(false);
    choose(event.dataTransfer.files[0]);
  }

  const fault = tooLarge ?? error;
  const isIdle = state.phase === 'none';
  return (
    <div
      className={`${styles.panel} ${isOver ? styles.over : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <div className={isIdle ? undefined : 'visually-hidden'}>
        <label htmlFor="file" className={styles.label}>
          NetCDF file
        </label>
        <input
          ref={input}
          id="file"
          type="file"
          accept=".nc,.nc4,.cdf,.netcdf,application/x-netcdf"
          className={styles.input}
          aria-describedby={fault === undefined ? 'file-hint' : 'file-hint file-error'}
          aria-invalid={fault === undefined ? undefined : true}
          tabIndex={isIdle ? undefined : -1}
          onChange={(event) => {
            choose(event.currentTarget.files?.[0]);
            event.currentTarget.value = ''; // choosing the same file again must count as a choice
          }}
        />
        <p id="file-hint" className={styles.hint}>
          NetCDF-4 or classic, up to 2 GB. The upload starts at once and survives a lost connection; you can
          also drop the file here.
        </p>
        {isIdle && unfinished.length > 0 ? (
          <p className={styles.unfinished}>
            Unfinished in this browser: {unfinished.join(', ')}. Choose the same file to go on where it
            stopped.
          </p>
        ) : null}
      </div>

      {state.phase === 'sending' || state.phase === 'paused' ? (
        <div className={styles.progress}>
          <p className={styles.file}>
            <strong>{state.file.name}</strong>
            <span>
              {formatBytes(state.sentBytes)} of {formatBytes(state.file.size)},{' '}
              {formatPercent(part(state.sentBytes, state.file.size))}
            </span>
          </p>
          <div
            className={styles.bar}
            role="progressbar"
            aria-label={`Upload of ${state.file.name}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.floor(part(state.sentBytes, state.file.size) * 100)}
          >
            <i style={{ width: `${part(state.sentBytes, state.file.size) * 100}%` }} />
          </div>
          <p className={styles.speed}>
            <span>
              {state.phase === 'paused'
                ? 'Paused. What was sent is kept.'
                : state.isRetrying
                  ? 'The service does not answer. Trying again…'
                  : state.speed === null
                    ? state.isResumed
                      ? 'Going on where it stopped…'
                      : 'Starting…'
                    : `${formatBytes(state.speed)}/s, ${remaining(state.speed, state.sentBytes, state.file.size)} left`}
            </span>
            <span className={styles.buttons}>
              {state.phase === 'paused' ? (
                <button type="button" className="button button-small" onClick={resume}>
                  Resume
                </button>
              ) : (
                <button type="button" className="button button-small" onClick={pause}>
                  Pause
                </button>
              )}
              <button type="button" className="button button-small" onClick={discard}>
                Discard
              </button>
            </span>
          </p>
        </div>
      ) : null}

      {state.phase === 'done' ? (
        <div className={styles.progress}>
          <p className={styles.file}>
            <strong>{state.file.name}</strong>
            <span>{formatBytes(state.file.size)}, uploaded</span>
          </p>
          <p className={styles.speed}>
            <span>It is checked as soon as you submit.</span>
            <button type="button" className="button button-small" onClick={discard}>
              Choose another file
            </button>
          </p>
        </div>
      ) : null}

      {state.phase === 'failed' ? (
        <div className={styles.progress}>
          <p className={styles.file}>
            <strong>{state.file.name}</strong>
            <span>stopped</span>
          </p>
          <p className={styles.error}>{state.message}</p>
          <p className={styles.buttons}>
            <button type="button" className="button button-small" onClick={() => start(state.file)}>
              Go on
            </button>
            <button type="button" className="button button-small" onClick={discard}>
              Choose another file
            </button>
          </p>
        </div>
      ) : null}

      {fault === undefined ? null : (
        <p id="file-error" className={styles.error}>
          {fault}
        </p>
      )}
      <p role="status" className="visually-hidden">
        {state.phase === 'done'
          ? `${state.file.name} is uploaded.`
          : state.phase === 'paused'
            ? 'The upload is paused.'
            : ''}
      </p>
    </div>
  );
}

function part(sentBytes: number, totalBytes: number): number {
  return totalBytes === 0 ? 0 : Math.min(1, sentBytes / totalBytes);
}

function remaining(speed: number, sentBytes: number, totalBytes: number): string {
  const restMs = remainingMs(speed, sentBytes, totalBytes);
  return restMs === null ? '…' : formatDuration(restMs);
}

/** Names of files whose upload this browser began and did not finish: tus keeps their address in the local storage. */
function unfinishedNames(): string[] {
  const names: string[] = [];
  for (let index = 0; index < window.localStorage.length; index += 1) {
    const key = window.localStorage.key(index);
    if (key === null || !key.startsWith('tus::')) continue;
    try {
      const entry: unknown = JSON.parse(window.localStorage.getItem(key) ?? '');
      if (typeof entry !== 'object' || entry === null || !('metadata' in entry)) continue;
      const { metadata } = entry;
      if (
        typeof metadata === 'object' &&
        metadata !== null &&
        'filename' in metadata &&
        typeof metadata.filename === 'string'
      ) {
        names.push(metadata.filename);
      }
    } catch {
      // an entry we cannot read is one we cannot resume
    }
  }
  return [...new Set(names)];
}
