'use client';

import { listAt, textAt, withItem, withoutItem } from '../draft-definition';
import { NumberField, TextField } from '../fields';
import styles from '../steps.module.css';
import type { DraftEditor } from '../use-draft';

/** What an organiser must obtain before a challenge that is described can run. */
export function ExpectedFiles({ editor }: { editor: DraftEditor }) {
  const expected = listAt(editor.definition, ['expectedFiles']);
  return (
    <section className={styles.part} aria-labelledby="expected">
      <h3 id="expected">Files to obtain</h3>
      <p className="muted">
        For a challenge whose data are not ours to give away: what whoever installs it must get, and from
        whom. Its page lists them.
      </p>
      {expected.map((file, index) => {
        const at = (key: string) => ['expectedFiles', index, key];
        const name = textAt(file, ['name']) || `File to obtain ${index + 1}`;
        return (
          <fieldset key={index} className={styles.card}>
            <legend style={{ overflowWrap: 'anywhere' }}>{name}</legend>
            <div className={styles.pair}>
              <TextField
                editor={editor}
                path={at('name')}
                label="Name"
                hint="As its source calls it; a pattern where there are many."
              />
              <NumberField
                editor={editor}
                path={at('sizeBytes')}
                label="Size, bytes"
                isOptional
                step={1}
                hint="Left empty where nobody knows it."
              />
            </div>
            <TextField
              editor={editor}
              path={at('description')}
              label="What it holds"
              isLong
              hint="Variables, grid, period, units."
            />
            <TextField
              editor={editor}
              path={at('obtain')}
              label="Where it comes from"
              isOptional
              hint="Who gives it, and under which conditions."
            />
            <div>
              <button
                type="button"
                className="button button-small button-danger"
                onClick={() => editor.change((before) => withoutItem(before, ['expectedFiles'], index))}
              >
                Remove <span className="visually-hidden">{name}</span>
              </button>
            </div>
          </fieldset>
        );
      })}
      <div>
        <button
          type="button"
          className="button"
          onClick={() =>
            editor.change((before) => withItem(before, ['expectedFiles'], { name: '', description: '' }))
          }
        >
          Add a file to obtain
        </button>
      </div>
    </section>
  );
}
