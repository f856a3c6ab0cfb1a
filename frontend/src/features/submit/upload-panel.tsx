'use client';

import type { SubmissionForm } from '@sillage/contracts';
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { formatBytes } from '../../lib/format-number';
import { tooLargeText } from '../../components/upload/file-limit';
import { UploadProgress } from '../../components/upload/upload-progress-view';
import styles from './upload-panel.module.css';
import type { useUpload } from '../../components/upload/use-upload';

type Props = {
  upload: ReturnType<typeof useUpload>;
  form: SubmissionForm;
  /** A map that was chosen and is not sent before its author says so; networks are sent at once. */
  waiting: File | null;
  onWaiting: (file: File | null) => void;
  error: string | undefined;
};

const FILES = {
  map: {
    label: 'NetCDF file',
    accept: '.nc,.nc4,.cdf,.netcdf,application/x-netcdf',
    hint: 'NetCDF-4 or classic, up to 2 GB.',
  },
  network: {
    label: 'Checkpoint or ONNX file',
    accept: '.ckpt,.pt,.pth,.safetensors,.onnx',
    hint: 'A Lightning or PyTorch checkpoint, safetensors or ONNX, up to 1 GB. Only weights are read: nothing in the file is ever executed.',
  },
} as const;

export function UploadPanel({ upload, form, waiting, onWaiting, error }: Props) {
  const { state, start } = upload;
  const input = useRef<HTMLInputElement>(null);
  const [unfinished, setUnfinished] = useState<string[]>([]);
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);

  function choose(file: File | undefined) {
    if (file === undefined) return;
    const fault = tooLargeText(file);
    setTooLarge(fault);
    if (fault !== null) return;
    if (form === 'map') onWaiting(file);
    else start(file);
  }

  useEffect(() => {
    setUnfinished(unfinishedNames());
    // On a slow line a file can be chosen before this code has arrived: nobody has heard of that choice yet.
    choose(input.current?.files?.[0]);
  }, []);

  const chosenName = state.phase === 'none' ? null : state.file.name;
  useEffect(() => {
    // It goes on, or is given up: in neither case it waits to be chosen.
    if (chosenName !== null) setUnfinished((before) => before.filter((name) => name !== chosenName));
  }, [chosenName]);

  function drop(event: DragEvent) {
    event.preventDefault();
    setIsOver(false);
    choose(event.dataTransfer.files[0]);
  }

  const fault = tooLarge ?? error;
  const isIdle = state.phase === 'none' && waiting === null;
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
          {FILES[form].label}
        </label>
        <input
          ref={input}
          id="file"
          type="file"
          accept={FILES[form].accept}
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
          {FILES[form].hint}{' '}
          {form === 'map'
            ? 'It is checked in your browser first, and sent when you say so; the upload survives a lost connection.'
            : 'The upload starts at once and survives a lost connection.'}{' '}
          You can also drop the file here.
        </p>
        {isIdle && unfinished.length > 0 ? (
          <p className={styles.unfinished}>
            Unfinished in this browser: {unfinished.join(', ')}. Choose the same file to go on where it
            stopped; what has arrived is not sent again.
          </p>
        ) : null}
      </div>

      {waiting === null ? null : (
        <div className={styles.progress}>
          <p className={styles.file}>
            <strong>{waiting.name}</strong>
            <span>{formatBytes(waiting.size)}, not sent yet</span>
            <span className={styles.buttons}>
              <button
                type="button"
                className="button button-small button-primary"
                onClick={() => {
                  onWaiting(null);
                  start(waiting);
                }}
              >
                Upload
              </button>
              <button type="button" className="button button-small" onClick={() => onWaiting(null)}>
                Choose another file
              </button>
            </span>
          </p>
        </div>
      )}
      <UploadProgress upload={upload} otherFile="Choose another file" />

      {fault === undefined ? null : (
        <p id="file-error" className={styles.error}>
          {fault}
        </p>
      )}
    </div>
  );
}

/** Names of files whose upload this browser began and nothing was made of: tus keeps their address in the local storage. */
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
