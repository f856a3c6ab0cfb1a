'use client';

import { inputKindSchema, type ChallengeView, type InputKind } from '@sillage/contracts';
import { useRouter } from 'next/navigation';
import { useRef, useState, type FormEvent } from 'react';
import { controlClass, errorClass, Field, formClass } from '../../components/form';
import { inputLabel } from '../../components/inputs';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { formatPeriod } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import { fieldOf, submissionRequestOf } from './card-faults';
import styles from './submit-form.module.css';
import { UploadPanel } from './upload-panel';
import { useUpload } from './use-upload';

const INPUT_KINDS = inputKindSchema.options;

export function SubmitForm({ challenge }: { challenge: ChallengeView }) {
  const router = useRouter();
  const upload = useUpload();
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isSending, setIsSending] = useState(false);
  const isInteractive = useIsInteractive();
  const single = challenge.tasks.length === 1;

  function refuse(found: FormFault) {
    setFault(found);
    setIsSending(false);
    const first = Object.keys(found.fields)[0];
    const target = first === 'uploadId' ? '#file' : `[name="${first ?? ''}"]`;
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(target)?.focus());
  }

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const text = (name: string) => String(values.get(name) ?? '');
    const result = submissionRequestOf({
      challenge: challenge.id,
      tasks: values
        .getAll('tasks')
        .flatMap((value) => challenge.tasks.filter((task) => `${task.area}.${task.scenario}` === value)),
      uploadId: upload.state.phase === 'done' ? upload.state.uploadId : '',
      variable: text('variable'),
      name: text('card.name'),
      description: text('card.description'),
      inputs: values
        .getAll('card.inputs')
        .filter((value): value is InputKind => INPUT_KINDS.some((kind) => kind === value)),
      codeUrl: text('card.codeUrl'),
      paperUrl: text('card.paperUrl'),
      licence: text('card.licence'),
    });
    if ('faults' in result) {
      const fields: Record<string, string> = {};
      for (const [field, message] of Object.entries(result.faults))
        if (message !== undefined) fields[field] = message;
      if (fields['uploadId'] !== undefined) {
        fields['uploadId'] =
          upload.state.phase === 'none' ? 'Choose the file to submit.' : 'Wait until the upload is finished.';
      }
      const count = Object.keys(fields).length;
      refuse({
        title: count === 1 ? 'One thing is missing or wrong' : `${count} things are missing or wrong`,
        text: count === 1 ? 'It is marked below.' : 'They are marked below.',
        fields,
      });
      return;
    }
    setFault(null);
    setIsSending(true);
    try {
      const submission = await browserGateway.createSubmission(result.request);
      router.push(paths.submission(submission.id));
    } catch (error) {
      const found = formFaultOf(error);
      refuse({
        ...found,
        fields: Object.fromEntries(
          Object.entries(found.fields).map(([path, message]) => [fieldOf(path), message]),
        ),
      });
    }
  }

  const errorOf = (field: string) => fault?.fields[field];
  const name = (list: readonly { id: string; name: string }[], id: string) =>
    list.find((item) => item.id === id)?.name ?? id;
  return (
    <form ref={form} onSubmit={send} noValidate className={formClass} aria-label="Submit a reconstruction">
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      <noscript>
        <Notice tone="warning" title="This form needs JavaScript">
          <p>
            Large files are sent in resumable pieces, which a plain form cannot do. The command line works
            without a browser.
          </p>
        </Notice>
      </noscript>

      <section className={styles.part} aria-labelledby="part-file">
        <h2 id="part-file">The file</h2>
        <UploadPanel upload={upload} error={errorOf('uploadId')} />
        <fieldset aria-describedby={errorOf('tasks') === undefined ? undefined : 'tasks-error'}>
          <legend className={styles.legend}>{single ? 'It is scored on' : 'Score it on'}</legend>
          <div className={styles.options}>
            {challenge.tasks.map((task) => (
              <label key={`${task.area}.${task.scenario}`} className={styles.option}>
                <input
                  type="checkbox"
                  name="tasks"
                  value={`${task.area}.${task.scenario}`}
                  defaultChecked={single}
                />
                <span>
                  {name(challenge.areas, task.area)}, {name(challenge.scenarios, task.scenario)}
                </span>
              </label>
            ))}
          </div>
          <p className={styles.hint}>
            The file has to cover each chosen area on all days of{' '}
            {formatPeriod(challenge.periods.evaluation.start, challenge.periods.evaluation.end)}.
          </p>
          {errorOf('tasks') === undefined ? null : (
            <p id="tasks-error" className={errorClass}>
              {errorOf('tasks')}
            </p>
          )}
        </fieldset>
      </section>

      <section className={styles.part} aria-labelledby="part-method">
        <h2 id="part-method">The method</h2>
        <Field
          id="card-name"
          label="Name"
          hint="As it should stand on the board."
          error={errorOf('card.name')}
        >
          {(described) => (
            <input
              {...described}
              name="card.name"
              maxLength={80}
              required
              autoComplete="off"
              className={controlClass}
            />
          )}
        </Field>
        <fieldset
          aria-describedby={errorOf('card.inputs') === undefined ? 'inputs-hint' : 'inputs-hint inputs-error'}
        >
          <legend className={styles.legend}>Inputs it used</legend>
          <div className={styles.options}>
            {INPUT_KINDS.map((kind) => (
              <label key={kind} className={styles.option}>
                <input type="checkbox" name="card.inputs" value={kind} />
                <span>{inputLabel(kind)}</span>
              </label>
            ))}
          </div>
          <p id="inputs-hint" className={styles.hint}>
            All of them, also those used in training. They stand beside the scores.
          </p>
          {errorOf('card.inputs') === undefined ? null : (
            <p id="inputs-error" className={errorClass}>
              {errorOf('card.inputs')}
            </p>
          )}
        </fieldset>
        <Field
          id="card-description"
          label="Description"
          isOptional
          hint="What the method does, what it was trained or tuned on, what it cost."
          error={errorOf('card.description')}
        >
          {(described) => (
            <textarea {...described} name="card.description" maxLength={4000} className={controlClass} />
          )}
        </Field>
        <div className={styles.pair}>
          <Field id="card-code" label="Link to the code" isOptional error={errorOf('card.codeUrl')}>
            {(described) => (
              <input
                {...described}
                name="card.codeUrl"
                type="url"
                placeholder="https://"
                className={controlClass}
              />
            )}
          </Field>
          <Field id="card-paper" label="Link to a paper" isOptional error={errorOf('card.paperUrl')}>
            {(described) => (
              <input
                {...described}
                name="card.paperUrl"
                type="url"
                placeholder="https://"
                className={controlClass}
              />
            )}
          </Field>
          <Field id="card-licence" label="Licence of the maps" error={errorOf('card.licence')}>
            {(described) => (
              <input
                {...described}
                name="card.licence"
                defaultValue="CC-BY-4.0"
                maxLength={80}
                className={controlClass}
              />
            )}
          </Field>
          <Field
            id="variable"
            label="Variable to score"
            isOptional
            hint="Only where the file holds several that could be the sea surface height."
            error={errorOf('variable')}
          >
            {(described) => (
              <input
                {...described}
                name="variable"
                placeholder="ssh"
                maxLength={200}
                autoComplete="off"
                className={controlClass}
              />
            )}
          </Field>
        </div>
      </section>

      <div className={styles.send}>
        <button type="submit" className="button button-primary" disabled={isSending || !isInteractive}>
          {isSending ? 'Submitting…' : 'Submit'}
        </button>
        <p className="muted small">
          {upload.state.phase === 'done'
            ? 'Checked and scored at once; the next page shows how far it is.'
            : 'You can fill in the form while the file is being sent.'}
        </p>
      </div>
    </form>
  );
}
