'use client';

import { ONNX_INPUT_KINDS } from '@sillage/fourdvarnet/families';
import { controlClass, errorClass, Field } from '../../components/forms/form';
import {
  MOST_KINDS,
  ONNX_KIND_NAMES,
  ONNX_MISSING_VALUES,
  ONNX_QUANTITIES,
  readsSst,
  shapeText,
  SST_NORMALISATIONS,
  type OnnxContractValues,
  type OnnxFileFacts,
  type OnnxInputValues,
} from './onnx-contract';
import styles from './submit-form.module.css';

type Props = {
  values: OnnxContractValues;
  onValues: (values: OnnxContractValues) => void;
  /** What the chosen file declares; null where it was not read. */
  file: OnnxFileFacts | null;
  /** By field: `inputs.0.name` and the like. */
  errorOf: (field: string) => string | undefined;
};

/** What an ONNX network reads and gives: what its file does not say. */
export function OnnxContractFields({ values, onValues, file, errorOf }: Props) {
  const set = (change: Partial<OnnxContractValues>) => onValues({ ...values, ...change });
  const setInput = (position: number, input: OnnxInputValues) =>
    set({ inputs: values.inputs.map((other, place) => (place === position ? input : other)) });
  const inputsError = errorOf('inputs');
  return (
    <>
      <p className={styles.contractHint}>
        Every input has the shape [patches, days × fields, latitude, longitude]: several fields of one input
        lie behind each other along the second axis, in the order given here.
        {file === null
          ? ''
          : ' Names and fixed axes were read from the file; what the fields hold it does not say.'}
      </p>
      <ul className={styles.contract}>
        {values.inputs.map((input, position) => (
          <li key={position} className={styles.contractInput}>
            <InputFields
              input={input}
              position={position}
              port={file?.inputs.find(({ name }) => name === input.name) ?? null}
              onInput={(changed) => setInput(position, changed)}
              onRemove={
                values.inputs.length === 1
                  ? null
                  : () => set({ inputs: values.inputs.filter((_, place) => place !== position) })
              }
              errorOf={errorOf}
            />
          </li>
        ))}
      </ul>
      {inputsError === undefined ? null : <p className={errorClass}>{inputsError}</p>}
      <div>
        <button
          type="button"
          className="button button-small"
          name="manifest.contract.inputs"
          onClick={() => set({ inputs: [...values.inputs, { name: '', kinds: ['observations'] }] })}
        >
          Add an input
        </button>
      </div>
      <div className={styles.pair}>
        <Field id="contract-output" label="Output: its name in the file" error={errorOf('outputName')}>
          {(described) => (
            <input
              {...described}
              name="manifest.contract.outputName"
              value={values.outputName}
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              className={controlClass}
              onChange={(event) => set({ outputName: event.currentTarget.value })}
            />
          )}
        </Field>
        <Select
          id="contract-quantity"
          label="Output: what it is"
          value={values.quantity}
          options={ONNX_QUANTITIES}
          onValue={(quantity) => set({ quantity })}
        />
        <Select
          id="contract-missing"
          label="Where nothing was observed stands"
          value={values.missing}
          options={ONNX_MISSING_VALUES}
          onValue={(missing) => set({ missing })}
        />
        {readsSst(values) ? (
          <Select
            id="contract-sst"
            label="SST is normalised with"
            value={values.sstNormalisation}
            options={SST_NORMALISATIONS}
            onValue={(sstNormalisation) => set({ sstNormalisation })}
          />
        ) : null}
      </div>
    </>
  );
}

type InputProps = {
  input: OnnxInputValues;
  position: number;
  port: OnnxFileFacts['inputs'][number] | null;
  onInput: (input: OnnxInputValues) => void;
  onRemove: (() => void) | null;
  errorOf: Props['errorOf'];
};

function InputFields({ input, position, port, onInput, onRemove, errorOf }: InputProps) {
  const { name, kinds } = input;
  const setKinds = (changed: OnnxInputValues['kinds']) => onInput({ ...input, kinds: changed });
  const title = name === '' ? `${position + 1}` : `'${name}'`;
  return (
    <>
      <Field
        id={`contract-input-${position}`}
        label={`Input ${position + 1}: its name in the file`}
        error={errorOf(`inputs.${position}.name`)}
        hint={port === null ? undefined : <>Shape in the file: {shapeText(port)}</>}
      >
        {(described) => (
          <input
            {...described}
            name={`manifest.contract.inputs.${position}.name`}
            value={name}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            className={controlClass}
            onChange={(event) => onInput({ ...input, name: event.currentTarget.value })}
          />
        )}
      </Field>
      {kinds.map((kind, place) => (
        <Field
          key={place}
          id={`contract-input-${position}-${place}`}
          label={kinds.length === 1 ? 'Holds' : `Field ${place + 1} holds`}
          error={errorOf(`inputs.${position}.kinds.${place}`)}
        >
          {(described) => (
            <select
              {...described}
              name={`manifest.contract.inputs.${position}.kinds.${place}`}
              aria-label={`Field ${place + 1} of input ${title}`}
              value={kind}
              className={controlClass}
              onChange={(event) => {
                const chosen = ONNX_INPUT_KINDS.find((id) => id === event.currentTarget.value);
                if (chosen !== undefined)
                  setKinds(kinds.map((other, index) => (index === place ? chosen : other)));
              }}
            >
              {kind === '' ? <option value="">choose</option> : null}
              {ONNX_INPUT_KINDS.map((id) => (
                <option key={id} value={id}>
                  {ONNX_KIND_NAMES[id]}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
      <div className={styles.contractButtons}>
        {kinds.length < MOST_KINDS ? (
          <button
            type="button"
            className="button button-small"
            aria-label={`Add a field to input ${title}`}
            onClick={() => setKinds([...kinds, ''])}
          >
            Add a field
          </button>
        ) : null}
        {kinds.length > 1 ? (
          <button
            type="button"
            className="button button-small"
            aria-label={`Remove the last field of input ${title}`}
            onClick={() => setKinds(kinds.slice(0, -1))}
          >
            Remove the last field
          </button>
        ) : null}
        {onRemove === null ? null : (
          <button
            type="button"
            className="button button-small"
            aria-label={`Remove the input ${title}`}
            onClick={onRemove}
          >
            Remove the input
          </button>
        )}
      </div>
    </>
  );
}

type SelectProps<Id extends string> = {
  id: string;
  label: string;
  value: Id;
  options: readonly { id: Id; name: string }[];
  onValue: (value: Id) => void;
};

function Select<Id extends string>({ id, label, value, options, onValue }: SelectProps<Id>) {
  return (
    <Field id={id} label={label}>
      {(described) => (
        <select
          {...described}
          value={value}
          className={controlClass}
          onChange={(event) => {
            const chosen = options.find((option) => option.id === event.currentTarget.value);
            if (chosen !== undefined) onValue(chosen.id);
          }}
        >
          {options.map((option) => (
            <option key={option.id} value={option.id}>
              {option.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
