'use client';

import { fileRoleSchema, type DraftFile } from '@sillage/contracts';
import { useState } from 'react';
import { Chip } from '../../../components/chip';
import { CopyButton } from '../../../components/copy-button';
import { errorClass } from '../../../components/forms/form';
import { Notice } from '../../../components/notice';
import { browserCurationGateway as gateway } from '../../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../../lib/api/form-fault';
import { FILE_ROLE_TEXTS } from '../../../lib/challenge-texts';
import { countOf, formatBytes } from '../../../lib/format-number';
import { formatInstant } from '../../../lib/format-time';
import { listAt, textAt, useFromName, withItem, withoutItem, withValue } from '../draft-definition';
import { ChoiceField, TextField } from '../fields';
import { FileUploads } from '../file-uploads';
import { ExpectedFiles } from './expected-files';
import styles from '../steps.module.css';
import type { DraftEditor } from '../use-draft';
import { fieldId, problemAt } from '../wizard-steps';

const SOURCE_NAMES: Record<DraftFile['source'], string> = {
  upload: 'uploaded',
  version: 'from the version before',
  server: 'from the server’s folder',
};

/** The files that the draft has, and what each of them is for. */
export function FilesStep({ editor }: { editor: DraftEditor }) {
  const { definition, view } = editor;
  const lines = listAt(definition, ['files']);
  const areas = listAt(definition, ['areas']).map((area) => ({
    id: textAt(area, ['id']),
    name: textAt(area, ['name']) || textAt(area, ['id']),
  }));
  const [editing, setEditing] = useState<number | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const used = new Set(lines.map((line) => textAt(line, ['path'])));
  const unused = view.files.filter(({ path }) => !used.has(path));
  const error = problemAt(view.problems, 'files');
  const known = new Set(areas.map(({ id }) => id));
  const groups = [
    ...areas,
    ...(lines.some((line) => !known.has(textAt(line, ['area'])))
      ? [{ id: null, name: 'No area of the definition' }]
      : []),
  ];

  function useFile(path: string) {
    editor.change((before) => withItem(before, ['files'], { ...useFromName(before, path), path }));
    setEditing(lines.length);
  }

  async function takeOut(path: string) {
    setFault(null);
    try {
      await editor.act((revision) => gateway.removeDraftFile(view.id, path, revision));
    } catch (problem) {
      setFault(formFaultOf(problem));
    }
  }

  return (
    <>
      {error === undefined ? null : <p className={errorClass}>{error}</p>}
      <FileUploads editor={editor} />
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {unused.length === 0 ? null : (
        <section className={styles.part} aria-labelledby="unused">
          <h3 id="unused">Not used yet</h3>
          <p className="muted">These are in the draft, and no line of the definition names them.</p>
          <div className={styles.scroller} tabIndex={0} role="region" aria-label="Files that are not used">
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">File</th>
                  <th scope="col">Size</th>
                  <th scope="col">SHA-256</th>
                  <th scope="col">Added</th>
                  <th scope="col">
                    <span className="visually-hidden">What to do</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {unused.map((file) => (
                  <tr key={file.path}>
                    <th scope="row" className={styles.path}>
                      {file.path}
                    </th>
                    <td className={styles.number}>{formatBytes(file.sizeBytes)}</td>
                    <td>
                      <Hash file={file} />
                    </td>
                    <td>
                      {formatInstant(file.addedAt)}, {SOURCE_NAMES[file.source]}
                    </td>
                    <td>
                      <span className={styles.actions}>
                        <button
                          type="button"
                          className="button button-small"
                          onClick={() => useFile(file.path)}
                        >
                          Use <span className="visually-hidden">{file.path}</span>
                        </button>
                        <button
                          type="button"
                          className="button button-small button-danger"
                          onClick={() => void takeOut(file.path)}
                        >
                          Take out <span className="visually-hidden">{file.path}</span>
                        </button>
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      <section className={styles.part} aria-labelledby="used">
        <h3 id="used">What each file is for</h3>
        {lines.length === 0 ? (
          <p className="muted">
            No file is used yet. Without files the challenge is described only, and says below what must be
            obtained.
          </p>
        ) : null}
        {groups.map((group) => (
          <FileGroup
            key={group.id ?? ''}
            editor={editor}
            group={group}
            known={known}
            editing={editing}
            onEdit={setEditing}
          />
        ))}
      </section>
      <ExpectedFiles editor={editor} />
    </>
  );
}

function FileGroup({
  editor,
  group,
  known,
  editing,
  onEdit,
}: {
  editor: DraftEditor;
  group: { id: string | null; name: string };
  known: ReadonlySet<string>;
  editing: number | null;
  onEdit: (index: number | null) => void;
}) {
  const { definition, view } = editor;
  const files = new Map(view.files.map((file) => [file.path, file]));
  const lines = listAt(definition, ['files']).flatMap((line, index) => {
    const area = textAt(line, ['area']);
    return (group.id === null ? !known.has(area) : area === group.id) ? [{ line, index }] : [];
  });
  if (lines.length === 0) return null;
  return (
    <div>
      <h4>
        {group.name} <span className="muted small">{countOf(lines.length, 'line', 'lines')}</span>
      </h4>
      <div className={styles.scroller} tabIndex={0} role="region" aria-label={`Files of ${group.name}`}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Role</th>
              <th scope="col">Scenario</th>
              <th scope="col">File, variable</th>
              <th scope="col">Size</th>
              <th scope="col">SHA-256</th>
              <th scope="col">
                <span className="visually-hidden">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ line, index }) => {
              const path = textAt(line, ['path']);
              const file = files.get(path);
              const problemCount = view.problems.filter(({ path: at }) =>
                at.startsWith(`files.${index}.`),
              ).length;
              const role = fileRoleSchema.options.find((option) => option === textAt(line, ['role']));
              return [
                <tr key={index}>
                  <td>{role === undefined ? textAt(line, ['role']) : FILE_ROLE_TEXTS[role].name}</td>
                  <td>{textAt(line, ['scenario']) || '–'}</td>
                  <th scope="row" className={styles.path}>
                    {path || 'no file yet'}{' '}
                    {textAt(line, ['variable']) === '' ? null : <code>{textAt(line, ['variable'])}</code>}{' '}
                    {problemCount === 0 ? null : (
                      <Chip tone="danger">{countOf(problemCount, 'problem', 'problems')}</Chip>
                    )}
                  </th>
                  <td className={styles.number}>{file === undefined ? '–' : formatBytes(file.sizeBytes)}</td>
                  <td>{file === undefined ? 'not in the draft' : <Hash file={file} />}</td>
                  <td>
                    <button
                      type="button"
                      // A problem of a line that is closed leads here.
                      id={editing === index ? undefined : fieldId(`files.${index}`)}
                      className="button button-small"
                      aria-expanded={editing === index}
                      onClick={() => onEdit(editing === index ? null : index)}
                    >
                      {editing === index ? 'Close' : 'Edit'} <span className="visually-hidden">{path}</span>
                    </button>
                  </td>
                </tr>,
                editing === index ? (
                  <tr key={`${index}-edit`} className={styles.editRow}>
                    <td colSpan={6}>
                      <LineEditor editor={editor} index={index} onRemoved={() => onEdit(null)} />
                    </td>
                  </tr>
                ) : null,
              ];
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function LineEditor({
  editor,
  index,
  onRemoved,
}: {
  editor: DraftEditor;
  index: number;
  onRemoved: () => void;
}) {
  const { definition, view } = editor;
  const path = textAt(definition, ['files', index, 'path']);
  const options = (kind: 'areas' | 'scenarios') =>
    listAt(definition, [kind]).map((item) => ({
      value: textAt(item, ['id']),
      name: textAt(item, ['name']) || textAt(item, ['id']),
    }));
  const inspected = view.inspection.report?.files.find((file) => file.path === path);
  const stated = textAt(definition, ['files', index, 'sha256']);
  const error = problemAt(view.problems, `files.${index}.sha256`);
  return (
    <div className={styles.editor}>
      <div className={styles.pair}>
        <ChoiceField
          editor={editor}
          path={['files', index, 'path']}
          label="File"
          options={view.files.map((file) => ({ value: file.path, name: file.path }))}
        />
        <ChoiceField
          editor={editor}
          path={['files', index, 'role']}
          label="Role"
          options={fileRoleSchema.options.map((role) => ({ value: role, name: FILE_ROLE_TEXTS[role].name }))}
        />
        <ChoiceField
          editor={editor}
          path={['files', index, 'area']}
          label="Area"
          options={options('areas')}
        />
        <ChoiceField
          editor={editor}
          path={['files', index, 'scenario']}
          label="Scenario"
          isOptional
          none="all of them"
          options={options('scenarios')}
        />
        <TextField
          editor={editor}
          path={['files', index, 'variable']}
          label="Variable"
          isOptional
          hint={
            inspected === undefined || inspected.variables.length === 0
              ? 'Found by its name and unit where none is given.'
              : `In the file: ${inspected.variables.map(({ name }) => name).join(', ')}.`
          }
        />
        <TextField
          editor={editor}
          path={['files', index, 'reference']}
          label="Reference"
          isOptional
          hint="Its id, where the maps of several references share a role."
        />
      </div>
      <TextField editor={editor} path={['files', index, 'description']} label="Description" isOptional />
      {error === undefined ? null : (
        <p className={errorClass}>
          {error}{' '}
          <button
            type="button"
            className="button button-small"
            onClick={() =>
              editor.change((before) =>
                withValue(
                  before,
                  ['files', index, 'sha256'],
                  view.files.find((file) => file.path === path)?.sha256,
                ),
              )
            }
          >
            Take the checksum of the file
          </button>
        </p>
      )}
      {stated === '' ? null : (
        <p className="muted small" style={{ overflowWrap: 'anywhere' }}>
          The definition states the checksum <code>{stated}</code>.
        </p>
      )}
      <div>
        <button
          type="button"
          className="button button-small button-danger"
          onClick={() => {
            editor.change((before) => withoutItem(before, ['files'], index));
            onRemoved();
          }}
        >
          Remove this line; the file stays in the draft
        </button>
      </div>
    </div>
  );
}

const SHOWN_DIGITS = 10;

function Hash({ file }: { file: DraftFile }) {
  return (
    <span className={styles.hash}>
      <code title={file.sha256}>{file.sha256.slice(0, SHOWN_DIGITS)}…</code>
      <CopyButton text={file.sha256} label={`the SHA-256 of ${file.path}`} />
    </span>
  );
}
