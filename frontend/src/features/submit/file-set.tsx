'use client';

import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { controlClass } from '../../components/forms/form';
import { formatBytes } from '../../lib/format-number';
import { nameOf, taskKey } from '../../lib/tasks';
import { tooLargeText } from '../../components/upload/file-limit';
import styles from './file-set.module.css';
import { choiceFromName, everywhere, type FileChoice } from './file-tasks';
import type { SubmitChallenge } from './task-chooser';
import panelStyles from './upload-panel.module.css';
import { UploadProgress } from '../../components/upload/upload-progress-view';
import { useUpload, type UploadState } from '../../components/upload/use-upload';

const AT_ONCE = 2; // uploads at the same time: more do not get faster, and the pages need a connection too
const MOST_FILES = 24;

export type SetFile = {
  id: number;
  file: File;
  choice: FileChoice;
  state: UploadState;
  /** Its author has said that it may be sent. */
  isReleased: boolean;
};

type Props = {
  challenge: SubmitChallenge;
  files: readonly SetFile[];
  onFiles: (change: (files: readonly SetFile[]) => readonly SetFile[]) => void;
  /** What is shown of the maps before they are sent, one of them in full. */
  inspected: (openId: number | null, onOpen: (id: number) => void) => ReactNode;
  error: string | undefined;
};

/** Several maps in one go, each with what it is scored on; its name is read for a first guess. */
export function FileSet({ challenge, files, onFiles, inspected, error }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const nextId = useRef(0);
  const [refused, setRefused] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);

  function add(list: FileList | null | undefined) {
    const found = [...(list ?? [])];
    const fault = found.map(tooLargeText).find((text) => text !== null) ?? null;
    const fitting = found.filter((file) => tooLargeText(file) === null);
    const free = MOST_FILES - files.length;
    setRefused(
      fault ?? (fitting.length > free ? `At most ${MOST_FILES} files can be submitted at once.` : null),
    );
    const added = fitting.slice(0, free).map((file) => ({ file, id: (nextId.current += 1) }));
    if (added.length === 0) return;
    onFiles((before) => {
      const all = [...before];
      for (const { file, id } of added) {
        const taken = all.map((item) => item.choice);
        const choice = choiceFromName(file.name, challenge.tasks, taken);
        all.push({ id, file, choice, state: { phase: 'none' }, isReleased: false });
      }
      return all;
    });
  }

  useEffect(() => {
    add(input.current?.files); // chosen before this code had arrived
  }, []);

  const change = (id: number, over: Partial<SetFile>) =>
    onFiles((before) => before.map((item) => (item.id === id ? { ...item, ...over } : item)));
  const held = files.filter(({ isReleased }) => !isReleased);
  const [open, setOpen] = useState<number | null>(null);
  const shown = files.find(({ id }) => id === open) ?? held[0];
  const unfinished = files.filter(
    ({ isReleased, state }) => isReleased && (state.phase === 'none' || state.phase === 'sending'),
  );
  const fault = refused ?? error;

  return (
    <div className={styles.set}>
      <div
        className={`${panelStyles.panel} ${styles.drop} ${isOver ? panelStyles.over : ''}`}
        onDragOver={(event: DragEvent) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event: DragEvent) => {
          event.preventDefault();
          setIsOver(false);
          add(event.dataTransfer.files);
        }}
      >
        <div>
          <label htmlFor="files" className={panelStyles.label}>
            NetCDF files
          </label>
          <input
            ref={input}
            id="files"
            name="files"
            type="file"
            multiple
            accept=".nc,.nc4,.cdf,.netcdf,application/x-netcdf"
            className={`${panelStyles.input} ${styles.input}`}
            aria-describedby={fault === undefined ? 'files-hint' : 'files-hint files-error'}
            aria-invalid={fault === undefined ? undefined : true}
            onChange={(event) => {
              add(event.currentTarget.files);
              event.currentTarget.value = '';
            }}
          />
          <p id="files-hint" className={panelStyles.hint}>
            One for each task, each up to 2 GB; choose several at once or drop them here. A name like{' '}
            <code>{exampleName(challenge)}</code> says what the file is for.
          </p>
        </div>
        {fault === undefined ? null : (
          <p id="files-error" className={panelStyles.error}>
            {fault}
          </p>
        )}
      </div>
      {files.length === 0 ? null : (
        <ul className={styles.files} aria-label="Files of this set">
          {files.map((item) => (
            <FileRow
              key={item.id}
              item={item}
              challenge={challenge}
              mayStart={unfinished.slice(0, AT_ONCE).includes(item)}
              onChoice={(choice) => change(item.id, { choice })}
              onState={(state) => change(item.id, { state })}
              onRemove={() => onFiles((before) => before.filter(({ id }) => id !== item.id))}
            />
          ))}
        </ul>
      )}
      {files.length === 0 ? null : inspected(shown?.id ?? null, setOpen)}
      {held.length === 0 ? null : (
        <div>
          <button
            type="button"
            className="button button-primary"
            onClick={() => onFiles((before) => before.map((item) => ({ ...item, isReleased: true })))}
          >
            Upload {held.length === 1 ? 'the file' : `${held.length} files`}
          </button>
        </div>
      )}
    </div>
  );
}

type FileRowProps = {
  item: SetFile;
  challenge: SubmitChallenge;
  mayStart: boolean;
  onChoice: (choice: FileChoice) => void;
  onState: (state: UploadState) => void;
  onRemove: () => void;
};

function FileRow({ item, challenge, mayStart, onChoice, onState, onRemove }: FileRowProps) {
  const upload = useUpload();
  const { state, start } = upload;
  const { file } = item;
  const tell = useRef(onState);
  useEffect(() => {
    tell.current = onState;
  });

  useEffect(() => {
    if (mayStart && state.phase === 'none') start(file);
  }, [mayStart, state.phase, start, file]);
  useEffect(() => {
    if (state.phase !== 'none') tell.current(state);
  }, [state]);

  const remove = () => {
    upload.discard();
    onRemove();
  };
  const id = `file-task-${item.id}`;
  return (
    <li className={styles.file}>
      {state.phase === 'none' ? (
        <p className={panelStyles.file}>
          <strong>{file.name}</strong>
          <span>
            {formatBytes(file.size)}, {item.isReleased ? 'waiting' : 'not sent yet'}
          </span>
          <button type="button" className="button button-small" onClick={remove}>
            Remove
          </button>
        </p>
      ) : (
        <UploadProgress upload={{ ...upload, discard: remove }} otherFile="Remove" />
      )}
      <div className={styles.task}>
        <label htmlFor={id}>
          Scored on<span className="visually-hidden">: {file.name}</span>
        </label>
        <select
          id={id}
          value={item.choice}
          className={controlClass}
          aria-invalid={item.choice === '' ? true : undefined}
          onChange={(event) => onChoice(event.currentTarget.value)}
        >
          <option value="">Choose…</option>
          {challenge.scenarios.map((scenario) => {
            const tasks = challenge.tasks.filter((task) => task.scenario === scenario.id);
            return (
              <optgroup key={scenario.id} label={scenario.name}>
                {tasks.map((task) => (
                  <option key={taskKey(task)} value={taskKey(task)}>
                    {nameOf(challenge.areas, task.area)}, {scenario.name}
                  </option>
                ))}
                {tasks.length > 1 ? (
                  <option value={everywhere(scenario.id)}>All areas that it covers, {scenario.name}</option>
                ) : null}
              </optgroup>
            );
          })}
        </select>
      </div>
    </li>
  );
}

function exampleName({ tasks }: SubmitChallenge): string {
  const task = tasks[0];
  return task === undefined ? 'map.nc' : `map-${task.area}-${task.scenario}.nc`;
}
