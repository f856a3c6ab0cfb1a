'use client';

import type { ManifestChoice } from '@sillage/fourdvarnet/families';
import { useRef, useState, type ReactNode } from 'react';
import { CodeBlock } from '../../components/code-block';
import { controlClass, errorClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { GUIDED_ARCHITECTURES, meaningOf } from './manifest-choices';
import {
  choicesOf,
  FIELD_NORMALISATIONS,
  asksForSst,
  hasOiField,
  isMoreField,
  manifestText,
  NORMALISATIONS,
  NUMBER_SETTINGS,
  numberFieldsOf,
  readsSstMaybe,
  unusualMoreSettings,
  valuesOfArchitecture,
  type ManifestValues,
  type NumberField,
} from './manifest-form';
import { OnnxContractFields } from './onnx-contract-fields';
import type { OnnxFileFacts } from './onnx-contract';
import styles from './submit-form.module.css';
import type { ManifestState } from './use-manifest';

type Props = {
  manifest: ManifestState;
  /** What an ONNX file declares; null for other files, and where it was not read. */
  file: OnnxFileFacts | null;
  /** By field: `network.manifest` for the text as a whole, `manifest.n_step` and the like for the form. */
  errorOf: (field: string) => string | undefined;
};

/** SST and OI are not of one unit. */
function labelOf(field: NumberField, values: ManifestValues): string {
  if (field === 'sstMean' || field === 'sstStd')
    return `${hasOiField(values) ? 'OI' : 'SST'}: ${field === 'sstMean' ? 'mean' : 'standard deviation'}, ${hasOiField(values) ? 'm' : '°C'}`;
  return NUMBER_SETTINGS[field].label;
}

const MAX_FILE_BYTES = 262_144; // four bytes for each of the characters that a manifest may have

/** How the network is run: a text, or a form that writes it. */
export function ManifestPanel({ manifest, file, errorOf }: Props) {
  const { way, text, setText, values, setValues, notes } = manifest;
  const error = errorOf('network.manifest');
  return (
    <fieldset>
      <legend className={styles.legend}>How it is run: the manifest</legend>
      <div className={styles.options}>
        <label className={styles.option}>
          <input type="radio" name="manifestWay" checked={way === 'text'} onChange={manifest.toText} />
          <span>Paste it or open a file</span>
        </label>
        <label className={styles.option}>
          <input
            type="radio"
            name="manifestWay"
            checked={way === 'form'}
            onChange={() => void manifest.toForm()}
          />
          <span>Fill in a form</span>
        </label>
      </div>
      {way === 'text' ? (
        <ManifestTextField text={text} onText={setText} error={error} />
      ) : (
        <GuidedManifest
          values={values}
          onValues={(changed) => setValues(() => changed)}
          notes={notes}
          file={file}
          errorOf={errorOf}
          error={error}
          onEdit={manifest.editAsText}
        />
      )}
    </fieldset>
  );
}

function ManifestTextField({
  text,
  onText,
  error,
}: {
  text: string;
  onText: (text: string) => void;
  error: string | undefined;
}) {
  const file = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.manifest}>
      <Field
        id="manifest"
        label="manifest.yaml"
        error={error}
        hint={
          <>
            What the weights do not say about themselves, in the words of the 4DVarNet code. The{' '}
            <code>.hydra/config.yaml</code> that the checkpoint was trained with will do as well, with one
            line below it for what it does not say:{' '}
            <code>{'sillage: {spacing_deg: 0.05, normalisation: {mean: …, std: …}}'}</code>.
          </>
        }
      >
        {(described) => (
          <textarea
            {...described}
            name="network.manifest"
            value={text}
            rows={12}
            spellCheck={false}
            autoComplete="off"
            className={`${controlClass} ${styles.manifestText}`}
            placeholder={'architecture: starter\nn_step: 10\nlr_grad: 1000\n…'}
            onChange={(event) => onText(event.currentTarget.value)}
          />
        )}
      </Field>
      <div>
        <button type="button" className="button button-small" onClick={() => file.current?.click()}>
          Open a file
        </button>
        <input
          ref={file}
          type="file"
          accept=".yaml,.yml,.txt,text/plain"
          aria-label="Manifest file"
          className="visually-hidden"
          tabIndex={-1}
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0];
            event.currentTarget.value = '';
            if (chosen !== undefined) void chosen.slice(0, MAX_FILE_BYTES).text().then(onText);
          }}
        />
      </div>
    </div>
  );
}

type GuidedProps = Pick<Props, 'file' | 'errorOf'> & {
  values: ManifestValues;
  onValues: (values: ManifestValues) => void;
  notes: readonly string[];
  error: string | undefined;
  onEdit: () => void;
};

function GuidedManifest({ values, onValues, notes, file, errorOf, error, onEdit }: GuidedProps) {
  const set = (change: Partial<ManifestValues>) => onValues({ ...values, ...change });
  return (
    <div className={styles.manifest}>
      {notes.length === 0 ? null : (
        <Notice tone="warning" announce>
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Notice>
      )}
      <div className={styles.pair}>
        <Field id="manifest-architecture" label="Architecture" error={errorOf('manifest.architecture')}>
          {(described) => (
            <select
              {...described}
              name="manifest.architecture"
              value={values.architecture}
              className={controlClass}
              onChange={(event) => {
                const chosen = GUIDED_ARCHITECTURES.find(({ id }) => id === event.currentTarget.value);
                if (chosen !== undefined) onValues(valuesOfArchitecture(values, chosen.id));
              }}
            >
              {GUIDED_ARCHITECTURES.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id="manifest-normalisation" label="Heights are normalised with">
          {(described) => (
            <select
              {...described}
              value={values.normalisation}
              className={controlClass}
              onChange={(event) => {
                const chosen = NORMALISATIONS.find(({ id }) => id === event.currentTarget.value);
                if (chosen !== undefined) set({ normalisation: chosen.id });
              }}
            >
              {NORMALISATIONS.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {values.architecture === 'onnx' ? (
        <OnnxContractFields
          values={values.contract}
          onValues={(contract) => set({ contract })}
          file={file}
          errorOf={(field) => errorOf(`manifest.contract.${field}`)}
        />
      ) : null}
      <ChoiceFields choices={choicesOf(values).filter(({ isMain }) => isMain)} values={values} set={set}>
        <FieldNormalisation values={values} set={set} />
      </ChoiceFields>
      <NumberFields
        fields={numberFieldsOf(values).filter((field) => !isMoreField(field))}
        values={values}
        set={set}
        errorOf={errorOf}
      />
      <MoreSettings values={values} set={set} errorOf={errorOf} />
      {error === undefined ? null : <p className={errorClass}>{error}</p>}
      <details className={styles.made}>
        <summary>The manifest that this makes</summary>
        <CodeBlock code={manifestText(values)} label="Manifest" caption="manifest.yaml" />
        <button type="button" className="button button-small" onClick={onEdit}>
          Edit it as text
        </button>
      </details>
    </div>
  );
}

type SetValues = (change: Partial<ManifestValues>) => void;
type FieldProps = Pick<Props, 'errorOf'> & { values: ManifestValues; set: SetValues };

function NumberFields({ fields, values, set, errorOf }: FieldProps & { fields: readonly NumberField[] }) {
  return (
    <div className={styles.numbers}>
      {fields.map((field) => (
        // A row of its own for what has to be explained: the text would push its neighbours apart.
        <div key={field} className={NUMBER_SETTINGS[field].hint === undefined ? undefined : styles.explained}>
          <Field
            id={`manifest-${field}`}
            label={labelOf(field, values)}
            hint={NUMBER_SETTINGS[field].hint}
            error={errorOf(`manifest.${field}`)}
          >
            {(described) => (
              <input
                {...described}
                name={`manifest.${field}`}
                value={values[field]}
                inputMode="decimal"
                autoComplete="off"
                className={controlClass}
                onChange={(event) => set({ [field]: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
      ))}
    </div>
  );
}

function ChoiceFields({
  choices,
  values,
  set,
  children,
}: {
  choices: readonly ManifestChoice[];
  values: ManifestValues;
  set: SetValues;
  children?: ReactNode;
}) {
  return (
    <div className={styles.pair}>
      {choices.map(({ key, label, hint, options }) => (
        <Field key={key} id={`manifest-${key.replaceAll('.', '-')}`} label={label} hint={hint}>
          {(described) => (
            <select
              {...described}
              name={`manifest.${key}`}
              value={values.choices[key] ?? ''}
              className={controlClass}
              onChange={(event) => set({ choices: { ...values.choices, [key]: event.currentTarget.value } })}
            >
              {options.map((option) => (
                <option key={option.id} value={option.id}>
                  {option.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
      {children}
    </div>
  );
}

/** How SST is scaled, where a network of known architecture reads it; OI in its place is always scaled by what is given. */
function FieldNormalisation({ values, set }: { values: ManifestValues; set: SetValues }) {
  if (!asksForSst(values)) return null;
  const isOptional = readsSstMaybe(values.architecture);
  return (
    <Field
      id="manifest-sst_normalisation"
      label={isOptional ? 'SST: read, and normalised with' : 'SST is normalised with'}
      hint={meaningOf('sst_normalisation')}
    >
      {(described) => (
        <select
          {...described}
          name="manifest.sst_normalisation"
          value={values.fieldNormalisation}
          className={controlClass}
          onChange={(event) => {
            const chosen = FIELD_NORMALISATIONS.find(({ id }) => id === event.currentTarget.value);
            if (chosen !== undefined) set({ fieldNormalisation: chosen.id });
          }}
        >
          {FIELD_NORMALISATIONS.filter(({ id }) => isOptional || id !== 'none').map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What most networks leave as the published configuration has it. */
function MoreSettings({ values, set, errorOf }: FieldProps) {
  const [isOpen, setOpen] = useState(false);
  const fields = numberFieldsOf(values).filter(isMoreField);
  const hasFault = fields.some((field) => errorOf(`manifest.${field}`) !== undefined);
  const otherCount = unusualMoreSettings(values).length;
  return (
    <details
      className={styles.more}
      open={isOpen || hasFault}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {otherCount === 0
          ? 'More settings: they change the result, and stand as the published configuration has them'
          : `More settings: they change the result, and ${otherCount} of them ${otherCount === 1 ? 'is' : 'are'} not as the published configuration has them`}
      </summary>
      <ChoiceFields choices={choicesOf(values).filter(({ isMain }) => !isMain)} values={values} set={set} />
      <NumberFields fields={fields} values={values} set={set} errorOf={errorOf} />
    </details>
  );
}
