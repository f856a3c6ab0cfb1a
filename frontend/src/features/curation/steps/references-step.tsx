'use client';

import { fileRoleSchema, inputKindSchema, oiParametersSchema } from '@sillage/contracts';
import { controlClass, Field } from '../../../components/forms/form';
import { INPUT_NAMES } from '../../../components/input-names';
import { FILE_ROLE_TEXTS } from '../../../lib/challenge-texts';
import { listAt, textAt, textsAt, withItem, withoutItem, withValue } from '../draft-definition';
import { ChoiceField, NumberField, TextField, TicksField } from '../fields';
import styles from '../steps.module.css';
import type { DraftEditor } from '../use-draft';
import { fieldId, problemAt } from '../wizard-steps';

const OI_FIELDS = [
  { key: 'lengthLonDeg', label: 'Scale in longitude, °', step: 0.1 },
  { key: 'lengthLatDeg', label: 'Scale in latitude, °', step: 0.1 },
  { key: 'lengthTimeDays', label: 'Scale in time, days', step: 0.5 },
  { key: 'noise', label: 'Noise against the signal', step: 0.01 },
  { key: 'spacingDeg', label: 'Grid step, °', step: 0.05 },
] as const;

const MAP_ROLES = fileRoleSchema.options.filter((role) => role === 'oi' || role === 'reconstruction');

/** Rows of the boards that the platform enters itself. */
export function ReferencesStep({ editor }: { editor: DraftEditor }) {
  const { definition } = editor;
  const references = listAt(definition, ['references']);
  const paths = listAt(definition, ['files']).map((file) => ({
    path: textAt(file, ['path']),
    role: textAt(file, ['role']),
  }));
  const scenarios = listAt(definition, ['scenarios']).map((scenario) => ({
    id: textAt(scenario, ['id']),
    name: textAt(scenario, ['name']),
  }));
  return (
    <div className={styles.part}>
      <p className="muted">
        A reference is a row of the boards that the platform enters itself: from map files of the dataset, or
        computed by a worker where a task has none.
      </p>
      {references.map((reference, index) => {
        const at = (...rest: (string | number)[]) => ['references', index, ...rest];
        const method = textAt(reference, ['compute', 'method']);
        return (
          <fieldset key={index} className={styles.card}>
            <legend>{textAt(reference, ['name']) || `Reference ${index + 1}`}</legend>
            <div className={styles.pair}>
              <TextField editor={editor} path={at('name')} label="Name" />
              <TextField editor={editor} path={at('id')} label="Id" />
            </div>
            <TextField editor={editor} path={at('description')} label="Description" isOptional />
            <TicksField
              editor={editor}
              path={at('inputs')}
              legend="Inputs"
              options={inputKindSchema.options.map((id) => ({ id, name: INPUT_NAMES[id].long }))}
            />
            <TicksField
              editor={editor}
              path={at('scenarios')}
              legend="Scenarios that it enters; none ticked means all"
              options={scenarios.filter(({ id }) => id !== '')}
              isEmptyAbsent
            />
            <TicksField
              editor={editor}
              path={at('trainedOn')}
              legend="Areas that it learnt from; none ticked: it learns from no data, or nobody says"
              options={trainingAreas(definition, textsAt(reference, ['trainedOn']))}
              isEmptyAbsent
            />
            <div className={styles.pair}>
              <ChoiceField
                editor={editor}
                path={at('role')}
                label="Role of its map files"
                options={MAP_ROLES.map((role) => ({ value: role, name: FILE_ROLE_TEXTS[role].name }))}
              />
              <Field
                id={fieldId(at('compute').join('.'))}
                label="Where a task has no file"
                error={problemAt(editor.view.problems, at('compute').join('.'))}
              >
                {(described) => (
                  <select
                    {...described}
                    value={method}
                    onChange={(event) =>
                      editor.change((before) =>
                        withValue(before, at('compute'), computeOf(event.target.value)),
                      )
                    }
                    className={controlClass}
                  >
                    <option value="">it is not on that board</option>
                    <option value="oi">a worker maps the observations by OI</option>
                    <option value="network">a worker runs a network</option>
                  </select>
                )}
              </Field>
            </div>
            {method === 'oi' ? (
              <div className={styles.sides}>
                {OI_FIELDS.map(({ key, label, step }) => (
                  <NumberField
                    key={key}
                    editor={editor}
                    path={at('compute', 'parameters', key)}
                    label={label}
                    step={step}
                  />
                ))}
              </div>
            ) : null}
            {method === 'network' ? (
              <div className={styles.pair}>
                {(
                  [
                    ['checkpoint', 'network', 'Network'],
                    ['manifest', 'network-manifest', 'Manifest'],
                  ] as const
                ).map(([key, role, label]) => (
                  <ChoiceField
                    key={key}
                    editor={editor}
                    path={at('compute', key)}
                    label={label}
                    hint={`A file with the role ${FILE_ROLE_TEXTS[role].name.toLowerCase()}.`}
                    options={[
                      ...new Set(paths.filter((file) => file.role === role).map(({ path }) => path)),
                    ].map((path) => ({ value: path, name: path }))}
                  />
                ))}
              </div>
            ) : null}
            <div>
              <button
                type="button"
                className="button button-small button-danger"
                onClick={() => editor.change((before) => withoutItem(before, ['references'], index))}
              >
                Remove this reference
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
              withItem(before, ['references'], {
                id: references.length === 0 ? 'oi' : `reference-${references.length + 1}`,
                name: references.length === 0 ? 'OI (baseline)' : `Reference ${references.length + 1}`,
                inputs: ['ssh-nadir'],
                role: 'oi',
                ...(references.length === 0 ? { compute: computeOf('oi') } : {}),
              }),
            )
          }
        >
          Add a reference
        </button>
      </div>
    </div>
  );
}

/** The areas of the draft, and what the reference names besides: a tick must not lose it unseen. */
function trainingAreas(definition: unknown, named: readonly string[]): { id: string; name: string }[] {
  const areas = listAt(definition, ['areas'])
    .map((area) => ({ id: textAt(area, ['id']), name: textAt(area, ['name']) || textAt(area, ['id']) }))
    .filter(({ id }) => id !== '');
  const others = named.filter((id) => !areas.some((area) => area.id === id));
  return [...areas, ...others.map((id) => ({ id, name: `${id} (no area of this draft)` }))];
}

function computeOf(method: string): unknown {
  if (method === 'oi') return { method, parameters: oiParametersSchema.parse({}) };
  return method === 'network' ? { method, checkpoint: '', manifest: '' } : undefined;
}
