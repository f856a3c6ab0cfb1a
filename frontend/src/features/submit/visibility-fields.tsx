'use client';

import type { Visibility } from '@sillage/contracts';
import { controlClass, Field } from '../../components/forms/form';
import styles from './submit-form.module.css';

const CHOICES: { kind: Visibility['kind']; label: string; hint: string }[] = [
  {
    kind: 'public',
    label: 'Everyone, with your name',
    hint: 'On the board as soon as it is scored. It leaves the board by withdrawal only.',
  },
  {
    kind: 'anonymous',
    label: 'Everyone, without your name for now',
    hint: 'Ranked as “anonymous”; the name appears by itself on the day you choose. What you write on the method card, links included, is shown: leave out what names you. The file and its name are not given to others before that day. Organisers see both.',
  },
  {
    kind: 'private',
    label: 'Only you and the organisers',
    hint: 'Scored, on no board and in no rank. You may make it public later.',
  },
];

type Props = {
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  error: string | undefined;
};

/** Who sees the entry, and the day on which a hidden name is shown. */
export function VisibilityFields({ visibility, onVisibility, error }: Props) {
  const hint = CHOICES.find(({ kind }) => kind === visibility.kind)?.hint;
  return (
    <>
      <fieldset aria-describedby="visibility-hint">
        <legend className={styles.legend}>Who sees it</legend>
        <div className={styles.options}>
          {CHOICES.map(({ kind, label }) => (
            <label key={kind} className={styles.option}>
              <input
                type="radio"
                name="visibility"
                value={kind}
                checked={visibility.kind === kind}
                onChange={() => onVisibility(kind === 'anonymous' ? { kind, until: '' } : { kind })}
              />
              <span>{label}</span>
            </label>
          ))}
        </div>
        <p id="visibility-hint" className={styles.hint} aria-live="polite">
          {hint}
        </p>
      </fieldset>
      {visibility.kind === 'anonymous' ? (
        <Field
          id="visibility-until"
          label="Show the name from"
          hint="At 00:00 UTC of that day, at most 366 days from now."
          error={error}
        >
          {(described) => (
            <input
              {...described}
              name="visibility.until"
              type="date"
              required
              value={visibility.until}
              onChange={(event) => onVisibility({ kind: 'anonymous', until: event.target.value })}
              className={controlClass}
            />
          )}
        </Field>
      ) : null}
    </>
  );
}
