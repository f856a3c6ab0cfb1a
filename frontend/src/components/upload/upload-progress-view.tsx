'use client';

import { formatBytes, formatPercent } from '../../lib/format-number';
import { formatDuration } from '../../lib/format-time';
import styles from './upload-progress-view.module.css';
import { remainingMs } from './upload-progress';
import type { Uploader } from './use-upload';

type Props = {
  upload: Pick<Uploader, 'state' | 'start' | 'pause' | 'resume' | 'discard'>;
  /** What the button says that gives up this file. */
  otherFile: string;
};

/** How far the upload of one file is, and what can be done about it. */
export function UploadProgress({ upload, otherFile }: Props) {
  const { state, start, pause, resume, discard } = upload;
  return (
    <>
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
              {otherFile}
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
              {otherFile}
            </button>
          </p>
        </div>
      ) : null}

      <p role="status" className="visually-hidden">
        {state.phase === 'done'
          ? `${state.file.name} is uploaded.`
          : state.phase === 'paused'
            ? 'The upload is paused.'
            : ''}
      </p>
    </>
  );
}

function part(sentBytes: number, totalBytes: number): number {
  return totalBytes === 0 ? 0 : Math.min(1, sentBytes / totalBytes);
}

function remaining(speed: number, sentBytes: number, totalBytes: number): string {
  const restMs = remainingMs(speed, sentBytes, totalBytes);
  return restMs === null ? '…' : formatDuration(restMs);
}
