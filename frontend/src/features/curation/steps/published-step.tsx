'use client';

import { inputKindSchema, SCORE_TABLE, METRICS, type Metric } from '@sillage/contracts';
import { useEffect, useState } from 'react';
import { Chip } from '../../../components/chip';
import { controlClass, Field } from '../../../components/forms/form';
import { INPUT_NAMES } from '../../../components/input-names';
import { countOf } from '../../../lib/format-number';
import { listAt, numberAt, textAt, valueAt, withItem, withoutItem, withValue } from '../draft-definition';
import { TextField, TicksField } from '../fields';
import { printedNumber, printedText } from '../report/printed-number';
import styles from '../steps.module.css';
import type { DraftEditor } from '../use-draft';
import { fieldId, problemAt } from '../wizard-steps';

/** Scores of the literature: shown beside the boards, and never ranked with ours. */
export function PublishedStep({ editor }: { editor: DraftEditor }) {
  const { definition, view } = editor;
  const rows = listAt(definition, ['published']);
  const tasks = listAt(definition, ['tasks']);
  const [editing, setEditing] = useState<number | null>(null);
  const columns = METRICS.filter((metric) => rows.some((row) => numberAt(row, [metric]) !== null));

  function add(row: Record<string, unknown>) {
    editor.change((before) => withItem(before, ['published'], row));
    setEditing(rows.length);
  }

  return (
    <div className={styles.part}>
      <p className="muted">
        Numbers that others have printed, for orientation beside each board and never in its ranking: their
        grid, period or code differ from ours. Write them as they stand in the source; trailing zeros count.
      </p>
      {rows.length === 0 ? <p>No published score yet.</p> : null}
      {rows.length === 0 ? null : (
        <div className={styles.scroller} tabIndex={0} role="region" aria-label="Table of published scores">
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Method</th>
                <th scope="col">Task</th>
                {columns.map((metric) => (
                  <th key={metric} scope="col" className={styles.number}>
                    {metricLabel(metric)}
                  </th>
                ))}
                <th scope="col">Source</th>
                <th scope="col">
                  <span className="visually-hidden">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => {
                const name = textAt(row, ['method']) || `row ${index + 1}`;
                const problemCount = view.problems.filter(
                  ({ path }) => path === `published.${index}` || path.startsWith(`published.${index}.`),
                ).length;
                return (
                  <tr key={index}>
                    <th scope="row" className={styles.path}>
                      {name}{' '}
                      {problemCount === 0 ? null : (
                        <Chip tone="danger">{countOf(problemCount, 'problem', 'problems')}</Chip>
                      )}
                    </th>
                    <td>
                      {textAt(row, ['area']) || '–'} × {textAt(row, ['scenario']) || '–'}
                    </td>
                    {columns.map((metric) => (
                      <td key={metric} className={styles.number}>
                        {printedText(numberAt(row, [metric]), numberAt(row, ['decimals', metric])) || '–'}
                      </td>
                    ))}
                    <td className={styles.path}>{textAt(row, ['source']) || '–'}</td>
                    <td>
                      <button
                        type="button"
                        // A problem of a row that is closed leads here.
                        id={editing === index ? undefined : fieldId(`published.${index}`)}
                        className="button button-small"
                        aria-expanded={editing === index}
                        onClick={() => setEditing(editing === index ? null : index)}
                      >
                        {editing === index ? 'Close' : 'Edit'}{' '}
                        <span className="visually-hidden">
                          {name}, {textAt(row, ['area'])} × {textAt(row, ['scenario'])}
                        </span>
                      </button>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {editing === null || editing >= rows.length ? null : (
        <RowEditor
          // Another row has other texts in its fields.
          key={editing}
          editor={editor}
          index={editing}
          onRemoved={() => setEditing(null)}
          onNext={() => add({ ...sourceOf(rows[editing]), ...taskOf(rows[editing]) })}
        />
      )}
      <div className={styles.actions}>
        <button
          type="button"
          className="button"
          disabled={tasks.length === 0}
          onClick={() => add(taskOf(tasks[0]))}
        >
          Add a published score
        </button>
        {tasks.length === 0 ? <span className="muted">It needs a task: add one first.</span> : null}
      </div>
    </div>
  );
}

/** `method` and values are of this row alone; where it was printed is often that of the next one. */
function sourceOf(row: unknown): Record<string, unknown> {
  return Object.fromEntries(
    ['period', 'protocol', 'source', 'sourceUrl'].flatMap((key) => {
      const value = valueAt(row, [key]);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** A row of a task with nothing printed in it yet. */
function taskOf(holder: unknown): Record<string, unknown> {
  return {
    area: textAt(holder, ['area']),
    scenario: textAt(holder, ['scenario']),
    mu: null,
    sigma: null,
    inputs: ['ssh-nadir'],
  };
}

function RowEditor({
  editor,
  index,
  onRemoved,
  onNext,
}: {
  editor: DraftEditor;
  index: number;
  onRemoved: () => void;
  onNext: () => void;
}) {
  const at = (...rest: string[]) => ['published', index, ...rest];
  const method = textAt(editor.definition, at('method'));
  const methodId = fieldId(at('method').join('.'));
  // The editor is below a table that may be long.
  useEffect(() => document.getElementById(methodId)?.focus(), [methodId]);
  return (
    <fieldset className={styles.card}>
      <legend>{method || `Published score ${index + 1}`}</legend>
      <div className={styles.pair}>
        <TaskField editor={editor} index={index} />
        <TextField editor={editor} path={at('method')} label="Method" hint="As the source calls it." />
      </div>
      <div className={styles.sides}>
        {METRICS.map((metric) => (
          <PrintedField key={metric} editor={editor} index={index} metric={metric} />
        ))}
      </div>
      <TicksField
        editor={editor}
        path={at('inputs')}
        legend="Inputs"
        options={inputKindSchema.options.map((id) => ({ id, name: INPUT_NAMES[id].long }))}
      />
      <div className={styles.pair}>
        <TextField
          editor={editor}
          path={at('period')}
          label="Period"
          hint="The days that were scored, as the source says."
        />
        <TextField
          editor={editor}
          path={at('protocol')}
          label="Code and conventions"
          hint="Behind the number, in a few words."
        />
        <TextField
          editor={editor}
          path={at('source')}
          label="Source"
          hint="Where the number stands: paper, or repository and commit."
        />
        <TextField
          editor={editor}
          path={at('sourceUrl')}
          label="Address of the source"
          isOptional
          hint="It begins with https://."
        />
      </div>
      <TextField editor={editor} path={at('note')} label="Remark" isOptional />
      <div className={styles.actions}>
        <button type="button" className="button button-small" onClick={onNext}>
          Add another from this source
        </button>
        <button
          type="button"
          className="button button-small button-danger"
          onClick={() => {
            editor.change((before) => withoutItem(before, ['published'], index));
            onRemoved();
          }}
        >
          Remove this score
        </button>
      </div>
    </fieldset>
  );
}

/** Area and scenario at once: a published score belongs to a board. */
function TaskField({ editor, index }: { editor: DraftEditor; index: number }) {
  const { definition, view } = editor;
  const key = (holder: unknown) => `${textAt(holder, ['area'])} × ${textAt(holder, ['scenario'])}`;
  const tasks = listAt(definition, ['tasks']);
  const row = valueAt(definition, ['published', index]);
  const path = `published.${index}`;
  const error =
    problemAt(view.problems, path) ??
    problemAt(view.problems, `${path}.area`) ??
    problemAt(view.problems, `${path}.scenario`);
  return (
    <Field id={fieldId(path)} label="Task" error={error}>
      {(described) => (
        <select
          {...described}
          value={key(row)}
          onChange={(event) => {
            const task = tasks.find((candidate) => key(candidate) === event.target.value);
            if (task === undefined) return;
            editor.change((before) =>
              withValue(
                withValue(before, ['published', index, 'area'], textAt(task, ['area'])),
                ['published', index, 'scenario'],
                textAt(task, ['scenario']),
              ),
            );
          }}
          className={controlClass}
        >
          {tasks.some((task) => key(task) === key(row)) ? null : (
            <option value={key(row)}>{key(row)} (no such task)</option>
          )}
          {tasks.map((task) => (
            <option key={key(task)} value={key(task)}>
              {key(task)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** µ and σ are always said, as null where the source has none; the others are left out. */
const ALWAYS_SAID: ReadonlySet<Metric> = new Set<Metric>(['mu', 'sigma']);

/** A number as it is printed: with its decimals, which are kept with it. */
function PrintedField({ editor, index, metric }: { editor: DraftEditor; index: number; metric: Metric }) {
  const path = ['published', index, metric];
  const decimalsPath = ['published', index, 'decimals', metric];
  const value = numberAt(editor.definition, path);
  const decimals = numberAt(editor.definition, decimalsPath);
  const [text, setText] = useState(printedText(value, decimals));
  useEffect(() => {
    // Loaded, or somebody else's: the field follows, but not while it says the same number.
    setText((before) =>
      (printedNumber(before)?.value ?? null) === value ? before : printedText(value, decimals),
    );
  }, [value, decimals]);
  const isUnread = text.trim() !== '' && printedNumber(text) === null;
  return (
    <Field
      id={fieldId(path.join('.'))}
      label={metricLabel(metric)}
      isOptional
      error={
        isUnread
          ? 'a number as printed is needed, like 0.92'
          : problemAt(editor.view.problems, path.join('.'))
      }
    >
      {(described) => (
        <input
          {...described}
          inputMode="decimal"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            const read = printedNumber(event.target.value);
            const absent = ALWAYS_SAID.has(metric) ? null : undefined;
            editor.change((before) =>
              withValue(
                withDecimals(before, decimalsPath, read?.decimals),
                path,
                read === null ? absent : read.value,
              ),
            );
          }}
          autoComplete="off"
          className={controlClass}
        />
      )}
    </Field>
  );
}

/** Without an empty group left behind. */
function withDecimals(
  definition: DraftEditor['definition'],
  path: (string | number)[],
  decimals: number | undefined,
): DraftEditor['definition'] {
  const next = withValue(definition, path, decimals);
  const group = valueAt(next, path.slice(0, -1));
  const isEmpty = typeof group === 'object' && group !== null && Object.keys(group).length === 0;
  return isEmpty ? withValue(next, path.slice(0, -1), undefined) : next;
}

/** `λx (°)`: symbol and unit. */
function metricLabel(metric: Metric): string {
  const { symbol, unit } = SCORE_TABLE[metric];
  return unit === '' ? symbol : `${symbol} (${unit})`;
}
