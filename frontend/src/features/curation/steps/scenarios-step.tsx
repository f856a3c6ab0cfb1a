'use client';

import { controlClass, errorClass, Field } from '../../../components/forms/form';
import { countOf } from '../../../lib/format-number';
import { satelliteName } from '../../../lib/satellite-names';
import {
  hasTask,
  listAt,
  textAt,
  textsAt,
  withId,
  withItem,
  withoutNamed,
  withTask,
  withValue,
} from '../draft-definition';
import { TextField } from '../fields';
import styles from '../steps.module.css';
import type { DraftEditor } from '../use-draft';
import { fieldId, problemAt } from '../wizard-steps';

/** What is observed, and which of it is a board in which area. */
export function ScenariosStep({ editor }: { editor: DraftEditor }) {
  const { definition } = editor;
  const scenarios = listAt(definition, ['scenarios']);
  return (
    <>
      <section className={styles.part} aria-labelledby="scenarios">
        <h3 id="scenarios">Scenarios</h3>
        <p className="muted">A scenario is a set of observations that methods are given.</p>
        {scenarios.map((scenario, index) => {
          const satellites = textsAt(scenario, ['satellites']);
          return (
            <fieldset key={index} className={styles.card}>
              <legend>{textAt(scenario, ['name']) || `Scenario ${index + 1}`}</legend>
              <div className={styles.pair}>
                <TextField editor={editor} path={['scenarios', index, 'name']} label="Name" />
                <TextField
                  editor={editor}
                  path={['scenarios', index, 'id']}
                  label="Id"
                  hint="Tasks, files and references that name it follow."
                  onText={(text) => editor.change((before) => withId(before, 'scenarios', index, text))}
                />
              </div>
              <TextField
                editor={editor}
                path={['scenarios', index, 'description']}
                label="Description"
                isOptional
              />
              <Satellites editor={editor} index={index} satellites={satellites} />
              <div>
                <button
                  type="button"
                  className="button button-small button-danger"
                  onClick={() => editor.change((before) => withoutNamed(before, 'scenarios', index))}
                >
                  Remove this scenario and its tasks
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
              editor.change((before) =>
                withItem(before, ['scenarios'], {
                  id: freeId(scenarios),
                  name: `Scenario ${scenarios.length + 1}`,
                  satellites: [],
                }),
              )
            }
          >
            Add a scenario
          </button>
        </div>
      </section>
      <Matrix editor={editor} />
    </>
  );
}

function Satellites({
  editor,
  index,
  satellites,
}: {
  editor: DraftEditor;
  index: number;
  satellites: readonly string[];
}) {
  const path = ['scenarios', index, 'satellites'] as const;
  const known = satellites.map(satelliteName);
  return (
    <Field
      id={fieldId(path.join('.'))}
      label="Satellites"
      isOptional
      hint={
        known.some((name, position) => name !== satellites[position])
          ? `Shown as ${known.join(', ')}.`
          : 'Their codes as in the files, with commas between them, like jason1, envisat.'
      }
      error={problemAt(editor.view.problems, path.join('.'))}
    >
      {(described) => (
        <input
          {...described}
          key={satellites.join()}
          defaultValue={satellites.join(', ')}
          onBlur={(event) => {
            const next = event.target.value
              .split(/[,;\s]+/)
              .map((word) => word.trim())
              .filter((word) => word !== '');
            if (next.join() !== satellites.join()) editor.change((before) => withValue(before, path, next));
          }}
          autoComplete="off"
          className={controlClass}
        />
      )}
    </Field>
  );
}

/** One board for each tick. */
function Matrix({ editor }: { editor: DraftEditor }) {
  const { definition } = editor;
  const areas = listAt(definition, ['areas']).map(named);
  const scenarios = listAt(definition, ['scenarios']).map(named);
  const count = listAt(definition, ['tasks']).length;
  const error = problemAt(editor.view.problems, 'tasks');
  const setAll = (area: string, isWanted: boolean) =>
    editor.change((before) =>
      scenarios.reduce((result, { id }) => withTask(result, { area, scenario: id }, isWanted), before),
    );
  return (
    <section className={styles.part} aria-labelledby="tasks">
      <h3 id="tasks">Tasks</h3>
      <p className="muted">Each tick is a task with a board of its own: {countOf(count, 'task', 'tasks')}.</p>
      {error === undefined ? null : <p className={errorClass}>{error}</p>}
      {areas.length === 0 || scenarios.length === 0 ? (
        <p>Tasks are areas × scenarios: add one of each first.</p>
      ) : (
        <div className={styles.scroller} tabIndex={0} role="region" aria-label="Tasks, areas by scenarios">
          <table className={styles.table} id={fieldId('tasks')}>
            <thead>
              <tr>
                <th scope="col">Scenario</th>
                {areas.map(({ id, name }) => (
                  <th key={id} scope="col" className={styles.centre}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {scenarios.map((scenario) => (
                <tr key={scenario.id}>
                  <th scope="row">
                    {scenario.name} <code className="muted">{scenario.id}</code>
                  </th>
                  {areas.map((area) => (
                    <td key={area.id} className={styles.centre}>
                      <input
                        type="checkbox"
                        aria-label={`${area.name}, ${scenario.name}`}
                        checked={hasTask(definition, area.id, scenario.id)}
                        onChange={(event) =>
                          editor.change((before) =>
                            withTask(before, { area: area.id, scenario: scenario.id }, event.target.checked),
                          )
                        }
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">All of an area</th>
                {areas.map(({ id, name }) => {
                  const isFull = scenarios.every((scenario) => hasTask(definition, id, scenario.id));
                  return (
                    <td key={id} className={styles.centre}>
                      <button
                        type="button"
                        className="button button-small"
                        onClick={() => setAll(id, !isFull)}
                      >
                        {isFull ? 'None' : 'All'}
                        <span className="visually-hidden"> of {name}</span>
                      </button>
                    </td>
                  );
                })}
              </tr>
            </tfoot>
          </table>
        </div>
      )}
    </section>
  );
}

function named(item: unknown): { id: string; name: string } {
  const id = textAt(item, ['id']);
  return { id, name: textAt(item, ['name']) || id };
}

function freeId(scenarios: readonly unknown[]): string {
  const taken = new Set(scenarios.map((scenario) => textAt(scenario, ['id'])));
  for (let number = scenarios.length + 1; ; number += 1)
    if (!taken.has(`scenario-${number}`)) return `scenario-${number}`;
}
