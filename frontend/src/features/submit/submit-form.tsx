'use client';

import {
  type ApiErrorCode,
  inputKindSchema,
  METHOD_FAMILIES,
  type InputKind,
  type SubmissionForm,
  type Visibility,
} from '@sillage/contracts';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { controlClass, errorClass, Field, formClass } from '../../components/forms/form';
import { inputLabel } from '../../components/inputs';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { ApiFailure } from '@sillage/client';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { METHOD_FAMILY_TEXTS } from '../../lib/method-families';
import { paths } from '../../lib/paths';
import { taskKey, type Task } from '../../lib/tasks';
import { fieldOf, setRequestOf, submissionRequestOf, type CardValues } from './card-faults';
import { manifestToSend, type NetworkLook } from './network-file/network-look';
import { ManifestVerdict, NetworkFactsPanel } from './network-file/network-look-panels';
import { useNetworkLook } from './network-file/use-network-look';
import { FileSet, type SetFile } from './file-set';
import { tasksOfChoice } from './file-tasks';
import { manifestFaultsOf, valuesFromFile } from './manifest-form';
import { ManifestPanel } from './manifest-panel';
import styles from './submit-form.module.css';
import { TaskChooser, type SubmitChallenge } from './task-chooser';
import { UploadPanel } from './upload-panel';
import { useManifest } from './use-manifest';
import { useOnnxReading } from './use-onnx-reading';
import { useUpload, type UploadState } from '../../components/upload/use-upload';
import { VisibilityFields } from './visibility-fields';

const INPUT_KINDS = inputKindSchema.options;

/** A map that was chosen and not sent yet, and what it is to be scored on. */
export type ChosenMap = {
  file: File;
  variable: string;
  onVariable: (variable: string) => void;
  tasks: readonly Task[];
  onlyCovered: boolean;
};

/** The maps of a set, and which of them is shown in full. */
export type ChosenSet = {
  items: readonly {
    id: number;
    file: File;
    tasks: readonly Task[];
    onlyCovered: boolean;
    isReleased: boolean;
  }[];
  variable: string;
  onVariable: (variable: string) => void;
  openId: number | null;
  onOpen: (id: number) => void;
};

const SPENT: readonly ApiErrorCode[] = ['upload-already-used', 'upload-not-found'];

type Props = {
  challenge: SubmitChallenge;
  /** Those that the participant may submit for. */
  teams: readonly { id: string; name: string }[];
  /** What is shown of a map before it is sent. */
  preflight?: (chosen: ChosenMap) => ReactNode;
  /** The same of several maps together. */
  setPreflight?: (chosen: ChosenSet) => ReactNode;
};

export function SubmitForm({ challenge, teams, preflight, setPreflight }: Props) {
  const router = useRouter();
  const upload = useUpload();
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isSending, setIsSending] = useState(false);
  const isInteractive = useIsInteractive();
  const { tasks } = challenge;
  const [submitted, setSubmitted] = useState<SubmissionForm>('map');
  const [mapWay, setWay] = useState<'one' | 'several'>('one');
  const way = submitted === 'network' ? 'one' : mapWay;
  const manifest = useManifest();
  const networkFile = submitted === 'network' && upload.state.phase !== 'none' ? upload.state.file : null;
  const reading = useOnnxReading(networkFile, (found) => {
    if (found.state !== 'read') return;
    manifest.setValues((before) => valuesFromFile(before, found.facts));
    if (manifest.text.trim() === '') void manifest.toForm();
  });
  const onnxFile = reading?.state === 'read' ? reading.facts : null;
  const [chosen, setChosen] = useState<string[]>(tasks.length === 1 ? tasks.map(taskKey) : []);
  const look = useNetworkLook(networkFile, {
    manifestText: manifest.sent,
    boxes: challenge.areas
      .filter(({ id }) => tasks.some((task) => task.area === id && chosen.includes(taskKey(task))))
      .map(({ scoredBox }) => scoredBox),
  });
  const weights = look.phase === 'read' ? look.look : null;
  const isBlankForm = manifest.way === 'form' && manifest.isUntouched && manifest.text.trim() === '';
  useEffect(() => {
    if (weights !== null && isBlankForm) void fillFrom(weights);
  }, [weights, isBlankForm]);

  async function fillFrom({ ownTemplate, facts }: NetworkLook) {
    if (ownTemplate === null || facts === null) return;
    await manifest.replace(ownTemplate);
    // Days are channels of the network, whether its file holds a patch or not.
    manifest.setValues((before) => ({ ...before, patchTime: String(facts.days) }));
  }

  const [onlyCovered, setOnlyCovered] = useState(false);
  const [visibility, setVisibility] = useState<Visibility>({ kind: 'public' });
  const [files, setFiles] = useState<readonly SetFile[]>([]);
  const [waiting, setWaiting] = useState<File | null>(null);
  const [variable, setVariable] = useState('');
  const inspected = (file: File, of: readonly Task[], isCut: boolean) =>
    preflight?.({ file, variable, onVariable: setVariable, tasks: of, onlyCovered: isCut });

  function refuse(found: FormFault) {
    setFault(found);
    setIsSending(false);
    const first = Object.keys(found.fields)[0];
    const target = first === 'uploadId' ? '#file' : first === 'files' ? '#files' : `[name="${first ?? ''}"]`;
    const unchosen = first === 'files' ? 'select[aria-invalid]' : target;
    requestAnimationFrame(() => {
      const find = (selector: string) => form.current?.querySelector<HTMLElement>(selector);
      (find(unchosen) ?? find(target))?.focus();
    });
  }

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const text = (name: string) => String(values.get(name) ?? '');
    const card: CardValues = {
      name: text('card.name'),
      description: text('card.description'),
      inputs: values
        .getAll('card.inputs')
        .filter((value): value is InputKind => INPUT_KINDS.some((kind) => kind === value)),
      family: text('card.family'),
      trainedOn: values.getAll('card.trainedOn').map(String),
      codeUrl: text('card.codeUrl'),
      paperUrl: text('card.paperUrl'),
      licence: text('card.licence'),
    };
    const team = text('team') || null;
    const common = { ...card, visibility, team, challenge: challenge.id, variable: text('variable') };
    if (way === 'several') await sendSet(common);
    else await sendOne(common);
  }

  type Common = CardValues & { challenge: string; variable: string };

  async function sendOne(common: Common) {
    const isGuided = submitted === 'network' && manifest.way === 'form';
    const manifestFaults = isGuided ? manifestFaultsOf(manifest.values, onnxFile) : {};
    const guided = Object.fromEntries(
      Object.entries(manifestFaults).map(([field, message]) => [`manifest.${field}`, message]),
    );
    const result = submissionRequestOf({
      ...common,
      tasks: tasks.filter((task) => chosen.includes(taskKey(task))),
      uploadId: upload.state.phase === 'done' ? upload.state.uploadId : '',
      onlyCovered,
      network: submitted === 'map' ? null : { manifest: manifestToSend(manifest.sent, weights) },
    });
    if ('faults' in result || Object.keys(guided).length > 0) {
      const { uploadId, ...found } = 'faults' in result ? result.faults : {};
      const others = { ...guided, ...found };
      const unsent =
        waiting !== null
          ? 'Upload the file first.'
          : upload.state.phase === 'none'
            ? 'Choose the file to submit.'
            : 'Wait until the upload is finished.';
      refuseFields(uploadId === undefined ? others : { uploadId: unsent, ...others });
      return;
    }
    await attempt([upload.state], async () => (await browserGateway.createSubmission(result.request)).id);
  }

  async function sendSet(common: Common) {
    const result = setRequestOf({
      ...common,
      files: files.map(({ file, choice, state }) => ({
        name: file.name,
        uploadId: state.phase === 'done' ? state.uploadId : '',
        ...tasksOfChoice(choice, tasks),
      })),
    });
    if ('faults' in result) {
      refuseFields(result.faults);
      return;
    }
    const sent = files.map(({ state }) => state);
    await attempt(sent, async () => {
      const [first] = await browserGateway.createSubmissionSet(result.request);
      return first?.id;
    });
  }

  function refuseFields(faults: Partial<Record<string, string>>) {
    const fields: Record<string, string> = {};
    for (const [field, message] of Object.entries(faults)) if (message !== undefined) fields[field] = message;
    const count = Object.keys(fields).length;
    refuse({
      title: count === 1 ? 'One thing is missing or wrong' : `${count} things are missing or wrong`,
      text: count === 1 ? 'It is marked below.' : 'They are marked below.',
      fields,
    });
  }

  async function attempt(uploads: readonly UploadState[], submit: () => Promise<string | undefined>) {
    const forget = () => {
      for (const sent of uploads) if (sent.phase === 'done') sent.forget();
    };
    setFault(null);
    setIsSending(true);
    try {
      const submission = await submit();
      forget();
      router.push(submission === undefined ? paths.submissions : paths.submission(submission));
    } catch (error) {
      // spent in another window, or dropped since: the same file is sent again when it is chosen again
      if (error instanceof ApiFailure && SPENT.includes(error.code)) forget();
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
  const isUploaded =
    way === 'one'
      ? upload.state.phase === 'done'
      : files.length > 0 && files.every(({ state }) => state.phase === 'done');
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

      <fieldset>
        <legend className={styles.legend}>What you submit</legend>
        <div className={styles.options}>
          <Form value="map" here={submitted} onForm={setSubmitted}>
            Maps: computed by you
          </Form>
          <Form value="network" here={submitted} onForm={setSubmitted}>
            A network: run by the platform
          </Form>
        </div>
      </fieldset>

      <section className={styles.part} aria-labelledby="part-file">
        <h2 id="part-file">
          {submitted === 'network' ? 'The network' : way === 'one' ? 'The file' : 'The files'}
        </h2>
        {tasks.length === 1 || submitted === 'network' ? null : (
          <fieldset>
            <legend className="visually-hidden">How many files</legend>
            <div className={styles.options}>
              <Way value="one" here={way} onWay={setWay}>
                One map, for one or several tasks
              </Way>
              <Way value="several" here={way} onWay={setWay}>
                Several maps in one go
              </Way>
            </div>
          </fieldset>
        )}
        {way === 'one' ? (
          <>
            <UploadPanel
              upload={upload}
              form={submitted}
              waiting={submitted === 'map' ? waiting : null}
              onWaiting={setWaiting}
              error={errorOf('uploadId')}
            />
            {reading?.state === 'refused' ? (
              <Notice tone="warning" title="This ONNX file would be refused" announce>
                <p>{sentence(reading.message)}</p>
              </Notice>
            ) : null}
            {submitted === 'network' ? (
              <>
                <NetworkFactsPanel state={look} fileName={networkFile?.name ?? ''} />
                <ManifestPanel manifest={manifest} file={onnxFile} errorOf={errorOf} />
                <ManifestVerdict
                  state={look}
                  text={manifest.way === 'form' ? null : manifest.text}
                  onTemplate={(whole) => void manifest.replace(whole)}
                />
              </>
            ) : null}
            <TaskChooser
              form={submitted}
              challenge={challenge}
              chosen={chosen}
              onChosen={setChosen}
              onlyCovered={onlyCovered}
              onOnlyCovered={setOnlyCovered}
              error={errorOf('tasks')}
            />
            {submitted === 'map' && waiting !== null
              ? inspected(
                  waiting,
                  tasks.filter((task) => chosen.includes(taskKey(task))),
                  onlyCovered,
                )
              : null}
          </>
        ) : (
          <FileSet
            challenge={challenge}
            files={files}
            onFiles={setFiles}
            inspected={(openId, onOpen) =>
              setPreflight?.({
                items: files.map(({ id, file, choice, isReleased }) => ({
                  id,
                  file,
                  isReleased,
                  ...tasksOfChoice(choice, tasks),
                })),
                variable,
                onVariable: setVariable,
                openId,
                onOpen,
              })
            }
            error={errorOf('files')}
          />
        )}
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
        <fieldset aria-describedby="trained-hint">
          <legend className={styles.legend}>
            Areas it learnt from <span className="muted">(optional)</span>
          </legend>
          <div className={styles.options}>
            {challenge.areas.map(({ id, name }) => (
              <label key={id} className={styles.option}>
                <input type="checkbox" name="card.trainedOn" value={id} />
                <span>{name}</span>
              </label>
            ))}
          </div>
          <p id="trained-hint" className={styles.hint}>
            Where a network was trained. Leave it empty for a method that learns from no data.
          </p>
          {errorOf('card.trainedOn') === undefined ? null : (
            <p className={errorClass}>{errorOf('card.trainedOn')}</p>
          )}
        </fieldset>
        <div className={styles.pair}>
          <Field id="card-family" label="Kind of method" isOptional error={errorOf('card.family')}>
            {(described) => (
              <select {...described} name="card.family" defaultValue="" className={controlClass}>
                <option value="">not said</option>
                {METHOD_FAMILIES.map((family) => (
                  <option key={family} value={family}>
                    {METHOD_FAMILY_TEXTS[family].name}
                  </option>
                ))}
              </select>
            )}
          </Field>
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
          {submitted === 'network' ? null : (
            <Field
              id="variable"
              label="Variable to score"
              isOptional
              hint="Only where a file holds several that could be the sea surface height."
              error={errorOf('variable')}
            >
              {(described) => (
                <input
                  {...described}
                  name="variable"
                  value={variable}
                  onChange={(event) => setVariable(event.currentTarget.value)}
                  placeholder="ssh"
                  maxLength={200}
                  autoComplete="off"
                  className={controlClass}
                />
              )}
            </Field>
          )}
        </div>
      </section>

      <section className={styles.part} aria-labelledby="part-visibility">
        <h2 id="part-visibility">On the board</h2>
        {teams.length === 0 ? null : (
          <Field id="team" label="In whose name" error={errorOf('team')}>
            {(described) => (
              <select {...described} name="team" defaultValue="" className={controlClass}>
                <option value="">your own</option>
                {teams.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <VisibilityFields
          visibility={visibility}
          onVisibility={setVisibility}
          error={errorOf('visibility.until')}
        />
      </section>

      <div className={styles.send}>
        <button type="submit" className="button button-primary" disabled={isSending || !isInteractive}>
          {isSending ? 'Submitting…' : 'Submit'}
        </button>
        <p className="muted small">
          {isUploaded
            ? 'Checked and scored at once; the next page shows how far it is.'
            : way === 'one'
              ? 'You can fill in the form while the file is being sent.'
              : 'You can fill in the form while the files are being sent. All of them are taken, or none.'}
        </p>
      </div>
    </form>
  );
}

/** Messages of the reader begin in the middle of a line. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`;
}

type FormProps = {
  value: SubmissionForm;
  here: SubmissionForm;
  onForm: (form: SubmissionForm) => void;
  children: string;
};

function Form({ value, here, onForm, children }: FormProps) {
  return (
    <label className={styles.option}>
      <input type="radio" name="form" value={value} checked={here === value} onChange={() => onForm(value)} />
      <span>{children}</span>
    </label>
  );
}

type WayProps = {
  value: 'one' | 'several';
  here: 'one' | 'several';
  onWay: (way: 'one' | 'several') => void;
  children: string;
};

function Way({ value, here, onWay, children }: WayProps) {
  return (
    <label className={styles.option}>
      <input type="radio" name="way" value={value} checked={here === value} onChange={() => onWay(value)} />
      <span>{children}</span>
    </label>
  );
}
