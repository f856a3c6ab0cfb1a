'use client';

import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { controlClass, errorClass, Field } from '../../components/forms/form';
import { numberAt, textAt, textsAt, valueAt, withValue, type Path } from './draft-definition';
import styles from './steps.module.css';
import type { DraftEditor } from './use-draft';
import { fieldId, problemAt } from './wizard-steps';

type Props = {
  editor: DraftEditor;
  path: Path;
  label: string;
  hint?: ReactNode;
  isOptional?: boolean;
};

type TextProps = Props & {
  isLong?: boolean;
  type?: 'text' | 'date';
  isReadOnly?: boolean;
  /** Instead of setting the value at the path. */
  onText?: (text: string) => void;
};

/** A text of the definition. Emptied, it is taken out of it. */
export function TextField({
  editor,
  path,
  label,
  hint,
  isOptional,
  isLong,
  type,
  isReadOnly,
  onText,
}: TextProps) {
  const key = path.join('.');
  const value = textAt(editor.definition, path);
  const set = (text: string) =>
    onText === undefined
      ? editor.change((definition) => withValue(definition, path, text === '' ? undefined : text))
      : onText(text);
  return (
    <Field
      id={fieldId(key)}
      label={label}
      hint={hint}
      {...(isOptional === true ? { isOptional } : {})}
      error={problemAt(editor.view.problems, key)}
    >
      {(described) =>
        isLong === true ? (
          <textarea
            {...described}
            value={value}
            onChange={(event) => set(event.target.value)}
            className={controlClass}
          />
        ) : (
          <input
            {...described}
            type={type ?? 'text'}
            value={value}
            readOnly={isReadOnly === true}
            onChange={(event) => set(event.target.value)}
            autoComplete="off"
            className={controlClass}
          />
        )
      }
    </Field>
  );
}

type NumberProps = Props & { step: number };

/** A number of the definition. What is no number yet stays in the field and out of the definition. */
export function NumberField({ editor, path, label, hint, isOptional, step }: NumberProps) {
  const key = path.join('.');
  const value = numberAt(editor.definition, path);
  const [text, setText] = useState(value === null ? '' : String(value));
  useEffect(() => {
    // Moved on the map, or loaded: the field follows, but not while it says the same in other digits.
    setText((before) => (numberOf(before) === value ? before : value === null ? '' : String(value)));
  }, [value]);
  return (
    <Field
      id={fieldId(key)}
      label={label}
      hint={hint}
      {...(isOptional === true ? { isOptional } : {})}
      error={problemAt(editor.view.problems, key)}
    >
      {(described) => (
        <input
          {...described}
          inputMode="decimal"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            const number = numberOf(event.target.value);
            editor.change((definition) => withValue(definition, path, number ?? undefined));
          }}
          onKeyDown={(event) => {
            const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
            if (direction === 0 || value === null) return;
            event.preventDefault();
            const next = Number((value + direction * step).toFixed(6));
            editor.change((definition) => withValue(definition, path, next));
          }}
          autoComplete="off"
          className={controlClass}
        />
      )}
    </Field>
  );
}

/** `−64,5` is typed by many who mean −64.5. */
function numberOf(text: string): number | null {
  const plain = text.trim().replace(',', '.').replace('\u2212', '-');
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
}

type ChoiceProps = Props & {
  options: readonly { value: string; name: string }[];
  /** What is chosen where nothing is; left out, the definition has a value always. */
  none?: string;
};

export function ChoiceField({ editor, path, label, hint, isOptional, options, none }: ChoiceProps) {
  const key = path.join('.');
  const value = textAt(editor.definition, path);
  const isUnknown = value !== '' && !options.some((option) => option.value === value);
  return (
    <Field
      id={fieldId(key)}
      label={label}
      hint={hint}
      {...(isOptional === true ? { isOptional } : {})}
      error={problemAt(editor.view.problems, key)}
    >
      {(described) => (
        <select
          {...described}
          value={value}
          onChange={(event) =>
            editor.change((definition) =>
              withValue(definition, path, event.target.value === '' ? undefined : event.target.value),
            )
          }
          className={controlClass}
        >
          {none !== undefined || value === '' ? <option value="">{none ?? 'choose…'}</option> : null}
          {isUnknown ? <option value={value}>{value} (not known here)</option> : null}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Whether something is so; `null` in the definition counts as no. */
export function TickField({ editor, path, label }: Pick<Props, 'editor' | 'path' | 'label'>) {
  const key = path.join('.');
  const id = fieldId(key);
  const error = problemAt(editor.view.problems, key);
  return (
    <div>
      <label htmlFor={id} style={{ display: 'inline-flex', gap: '0.5rem', alignItems: 'baseline' }}>
        <input
          id={id}
          type="checkbox"
          checked={valueAt(editor.definition, path) === true}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onChange={(event) =>
            editor.change((definition) => withValue(definition, path, event.target.checked))
          }
        />
        {label}
      </label>
      {error === undefined ? null : (
        <p id={`${id}-error`} className="small" style={{ color: 'var(--danger)' }}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Several of a few choices, kept in the order of the choices. */
export function TicksField({
  editor,
  path,
  legend,
  options,
  isEmptyAbsent,
}: {
  editor: DraftEditor;
  path: readonly (string | number)[];
  legend: string;
  options: readonly { id: string; name: string }[];
  isEmptyAbsent?: boolean;
}) {
  const chosen = textsAt(editor.definition, path);
  const error = problemAt(editor.view.problems, path.join('.'));
  const set = (id: string, isChosen: boolean) => {
    const next = options
      .map((option) => option.id)
      .filter((other) => (other === id ? isChosen : chosen.includes(other)));
    editor.change((before) =>
      withValue(before, path, next.length === 0 && isEmptyAbsent === true ? undefined : next),
    );
  };
  return (
    <fieldset>
      <legend className={styles.legend}>{legend}</legend>
      <div className={styles.options}>
        {options.map(({ id, name }, index) => (
          <label key={id} className={styles.option}>
            <input
              type="checkbox"
              id={`${fieldId(path.join('.'))}-${index}`}
              checked={chosen.includes(id)}
              onChange={(event) => set(id, event.target.checked)}
            />
            {name}
          </label>
        ))}
      </div>
      {error === undefined ? null : <p className={errorClass}>{error}</p>}
      {valueAt(editor.definition, path) !== undefined && !Array.isArray(valueAt(editor.definition, path)) ? (
        <p className="small">This is no list in the definition; a tick makes it one.</p>
      ) : null}
    </fieldset>
  );
}
