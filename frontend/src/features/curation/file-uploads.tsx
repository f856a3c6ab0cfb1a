'use client';

import type { DraftDefinition, DraftView, ServerFileList } from '@sillage/contracts';
import { useCallback, useEffect, useRef, useState, type DragEvent } from 'react';
import { controlClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { tooLargeText } from '../../components/upload/file-limit';
import { UploadProgress } from '../../components/upload/upload-progress-view';
import { useUpload, type UploadState } from '../../components/upload/use-upload';
import { browserCurationGateway as gateway } from '../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { formatBytes } from '../../lib/format-number';
import { listAt, textAt, withValue } from './draft-definition';
import styles from './steps.module.css';
import type { DraftEditor } from './use-draft';

const AT_ONCE = 2; // more do not get faster, and the page needs a connection too

type Item = { id: number; file: File; state: 'waiting' | 'sending' | 'done' };

/** Files into the draft: from this computer, or from the folder of the server that holds large ones. */
export function FileUploads({ editor }: { editor: DraftEditor }) {
  const input = useRef<HTMLInputElement>(null);
  const nextId = useRef(0);
  const [items, setItems] = useState<readonly Item[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  const [added, setAdded] = useState<string[]>([]);

  function choose(list: FileList | null) {
    const files = [...(list ?? [])];
    const fault = files.map(tooLargeText).find((text) => text !== null) ?? null;
    setRefused(
      fault === null ? null : `${fault} Larger ones go into the folder of incoming files on the server.`,
    );
    const fitting = files.filter((file) => tooLargeText(file) === null);
    setItems((before) => [
      ...before,
      ...fitting.map((file) => ({ id: (nextId.current += 1), file, state: 'waiting' as const })),
    ]);
    if (input.current !== null) input.current.value = '';
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setIsOver(false);
    choose(event.dataTransfer.files);
  }

  const set = (id: number, state: Item['state']) =>
    setItems((before) =>
      before.flatMap((item) => (item.id !== id ? [item] : state === 'done' ? [] : [{ ...item, state }])),
    );
  const running = items.slice(0, AT_ONCE);
  const waiting = items.slice(AT_ONCE);

  return (
    <>
      <div
        className={`${styles.drop} ${isOver ? styles.over : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <label htmlFor="draft-files" style={{ fontWeight: 500 }}>
          Add files
        </label>
        <input
          ref={input}
          id="draft-files"
          type="file"
          multiple
          aria-describedby="draft-files-hint"
          onChange={(event) => choose(event.target.files)}
        />
        <p id="draft-files-hint" className="muted small">
          Choose them, or drop them here: NetCDF, checkpoints, manifests, up to 2 GB each. One with the name
          of a file that is there takes its place.
        </p>
      </div>
      {refused === null ? null : <Notice tone="danger" title={refused} announce />}
      {running.map((item) => (
        <FileUpload
          key={item.id}
          editor={editor}
          file={item.file}
          onDone={(path) => {
            set(item.id, 'done');
            setAdded((before) => [...before, path]);
          }}
          onDiscard={() => set(item.id, 'done')}
        />
      ))}
      {waiting.length === 0 ? null : (
        <p className="muted small">Then: {waiting.map(({ file }) => file.name).join(', ')}.</p>
      )}
      <p role="status" className={added.length === 0 ? 'visually-hidden' : 'small'}>
        {added.length === 0 ? '' : `In the draft now: ${added.join(', ')}.`}
      </p>
      <ServerFiles editor={editor} />
    </>
  );
}

function FileUpload({
  editor,
  file,
  onDone,
  onDiscard,
}: {
  editor: DraftEditor;
  file: File;
  onDone: (path: string) => void;
  onDiscard: () => void;
}) {
  const upload = useUpload();
  const { state, start } = upload;
  const [fault, setFault] = useState<FormFault | null>(null);
  const isAdding = useRef(false);
  const path = plainName(file.name);

  useEffect(() => start(file), [file, start]);

  const done = state.phase === 'done' ? state : null;
  const put = useCallback(
    ({ uploadId, forget }: Extract<UploadState, { phase: 'done' }>) =>
      add(editor, path, { uploadId }).then(
        () => {
          forget();
          onDone(path);
        },
        (error: unknown) => setFault(formFaultOf(error)),
      ),
    [editor, onDone, path],
  );
  useEffect(() => {
    if (done === null || isAdding.current) return;
    isAdding.current = true;
    void put(done);
  }, [done, put]);

  if (fault !== null)
    return (
      <Notice tone="danger" title={fault.title} announce>
        <p>
          {file.name} was uploaded and is not in the draft. {fault.text}
        </p>
        <p className="button-row">
          <button
            type="button"
            className="button button-small"
            onClick={() => {
              setFault(null);
              if (done !== null) void put(done);
            }}
          >
            Try again
          </button>
          <button type="button" className="button button-small" onClick={onDiscard}>
            Discard
          </button>
        </p>
      </Notice>
    );
  return (
    <div className={styles.upload}>
      {state.phase === 'done' ? (
        <p>{path} is uploaded and is put into the draft…</p>
      ) : (
        <UploadProgress
          upload={{
            ...upload,
            discard: () => {
              upload.discard();
              onDiscard();
            },
          }}
          otherFile="Discard"
        />
      )}
    </div>
  );
}

function ServerFiles({ editor }: { editor: DraftEditor }) {
  const [list, setList] = useState<ServerFileList | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [chosen, setChosen] = useState('');
  const [isAdding, setIsAdding] = useState(false);

  async function look() {
    setFault(null);
    try {
      setList(await gateway.serverFiles());
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  async function take() {
    setIsAdding(true);
    setFault(null);
    try {
      await add(editor, plainName(chosen.split('/').at(-1) ?? chosen), { serverFile: chosen });
      setChosen('');
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsAdding(false);
    }
  }

  return (
    <details onToggle={(event) => (event.currentTarget.open && list === null ? void look() : undefined)}>
      <summary>A file that lies on the server</summary>
      <div className={styles.editor}>
        {fault === null ? null : (
          <Notice tone="danger" title={fault.title} announce>
            {fault.text === '' ? null : <p>{fault.text}</p>}
          </Notice>
        )}
        {list === null ? (
          <p className="muted">Looking…</p>
        ) : list.files.length === 0 ? (
          <p className="muted">{list.reason ?? 'The folder of incoming files is empty.'}</p>
        ) : (
          <div className={styles.inline}>
            <Field id="server-file" label="File in the folder of incoming files">
              {(described) => (
                <select
                  {...described}
                  value={chosen}
                  onChange={(event) => setChosen(event.target.value)}
                  className={controlClass}
                >
                  <option value="">choose…</option>
                  {list.files.map(({ name, sizeBytes }) => (
                    <option key={name} value={name}>
                      {name}, {formatBytes(sizeBytes)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <button
              type="button"
              className="button"
              disabled={chosen === '' || isAdding}
              onClick={() => void take()}
            >
              {isAdding ? 'Reading it…' : 'Add it'}
            </button>
          </div>
        )}
      </div>
    </details>
  );
}

/** A checksum that the definition states follows the file: it was replaced on purpose. */
async function add(
  editor: DraftEditor,
  path: string,
  from: { uploadId: string } | { serverFile: string },
): Promise<void> {
  const view: DraftView = await editor.act((revision) =>
    gateway.addDraftFile(editor.view.id, { revision, path, ...from }),
  );
  const sha256 = view.files.find((file) => file.path === path)?.sha256;
  const isStated = (line: unknown) => {
    const stated = textAt(line, ['sha256']);
    return textAt(line, ['path']) === path && stated !== '' && stated !== sha256;
  };
  if (sha256 === undefined || !listAt(view.definition, ['files']).some(isStated)) return;
  editor.change((definition: DraftDefinition) =>
    listAt(definition, ['files']).reduce<DraftDefinition>(
      (result, line, index) =>
        isStated(line) ? withValue(result, ['files', index, 'sha256'], sha256) : result,
      definition,
    ),
  );
}

/** A name that a definition may use: no folders, no spaces. */
export function plainName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return plain === '' ? 'file' : plain;
}
