'use client';

import {
  WITHHELD_TRUTH_QUOTA,
  type ChallengeSettings,
  type DisclosureLevel,
  type Quota,
} from '@sillage/contracts';
import { useState, type FormEvent } from 'react';
import { controlClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { browserOversightGateway } from '../../lib/api/browser-oversight-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { formatInstant } from '../../lib/format-time';
import { DISCLOSURE_NAMES, phaseSentence } from '../../lib/phase-texts';
import styles from './oversight.module.css';
import { draftOf, nextDraft, phasesOf, TIME_PATTERN, timeFaults, type PhaseDraft } from './phase-draft';
import { stretchesOf, warningsOf, type Stretch } from './phase-timeline';

const BAR: Record<DisclosureLevel, string | undefined> = {
  practice: styles.practice,
  'public-test': styles.publicTest,
  blind: styles.blind,
};

/** Phases with their dates and levels, and limits. */
export function SettingsForm({ initial }: { initial: ChallengeSettings }) {
  const [settings, setSettings] = useState(initial);
  const [drafts, setDrafts] = useState<readonly PhaseDraft[]>(initial.phases.map(draftOf));
  const [quota, setQuota] = useState<Quota>(initial.quota);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [status, setStatus] = useState('');
  const [isSending, setIsSending] = useState(false);

  const change = (index: number, part: Partial<PhaseDraft>) =>
    setDrafts((known) => known.map((draft, at) => (at === index ? { ...draft, ...part } : draft)));

  async function run(work: () => Promise<string>) {
    setIsSending(true);
    setFault(null);
    setStatus('');
    try {
      setStatus(await work());
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsSending(false);
    }
  }

  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const phases = phasesOf(drafts);
    if (phases === null) {
      setFault({ title: 'A time cannot be read', text: '', fields: timeFaults(drafts) });
      return;
    }
    void run(async () => {
      const saved = await browserOversightGateway.putChallengeSettings(settings.challenge, {
        revision: settings.revision,
        phases,
        quota,
      });
      setSettings(saved);
      setDrafts(saved.phases.map(draftOf));
      return 'Saved. It holds at once.';
    });
  };

  const again = () =>
    void run(async () => {
      const enqueued = await browserOversightGateway.makeProductsAgain(settings.challenge);
      setSettings(await browserOversightGateway.challengeSettings(settings.challenge));
      return `Files and maps of ${enqueued} ${enqueued === 1 ? 'score' : 'scores'} are being made again.`;
    });

  // While a time is half typed, the picture is of what is saved.
  const stretches = stretchesOf(
    phasesOf(drafts) ?? settings.phases,
    settings.declaredDisclosure,
    settings.rules.now,
  );
  const warnings = warningsOf(stretches);
  return (
    <div className={styles.page}>
      <section className={styles.section} aria-labelledby="now">
        <h2 id="now">Now</h2>
        <p>
          {phaseSentence(settings.rules) ?? 'There are no phases: submissions are taken at any time.'} Shown
          is what the level “{DISCLOSURE_NAMES[settings.disclosure]}” lets out; the definition says “
          {DISCLOSURE_NAMES[settings.declaredDisclosure]}”, which holds where no phase runs.
        </p>
        {settings.outdatedProducts === 0 ? null : (
          <Notice
            tone="warning"
            title={`Files and maps of ${settings.outdatedProducts} ${settings.outdatedProducts === 1 ? 'score' : 'scores'} are of another level`}
          >
            <p>
              They were made while the truth was withheld, and lack truth and error; or while it was public,
              and are withheld now; or not at all, since the challenge was blind.
            </p>
            <div className={styles.actions}>
              <button type="button" className="button" onClick={again} disabled={isSending}>
                Make them again
              </button>
            </div>
          </Notice>
        )}
      </section>
      <section className={styles.section} aria-labelledby="timeline">
        <h2 id="timeline">What holds when</h2>
        <ol className={styles.timeline} aria-label="Timeline" tabIndex={0}>
          {stretches.map((stretch, index) => (
            <Bar key={index} stretch={stretch} />
          ))}
        </ol>
        {warnings.map((warning) => (
          <Notice key={warning} tone="warning">
            <p>{warning}</p>
          </Notice>
        ))}
      </section>
      <form onSubmit={save} className={styles.section} aria-labelledby="phases">
        <h2 id="phases">Phases</h2>
        <p className="muted small">
          All times are UTC, written 2027-03-01 00:00; a phase that never closes is open for ever. Practice
          shows everything, the truth too; a public test shows rounded scores and maps without truth; blind
          shows nothing.
        </p>
        {drafts.map((draft, index) => (
          <PhaseFields
            key={index}
            index={index}
            draft={draft}
            faults={fault?.fields ?? {}}
            onChange={(part) => change(index, part)}
            onRemove={() => setDrafts((known) => known.filter((_, at) => at !== index))}
          />
        ))}
        <div className={styles.actions}>
          <button
            type="button"
            className="button"
            onClick={() =>
              setDrafts((known) => [
                ...known,
                nextDraft(known, { now: settings.rules.now, disclosure: settings.disclosure }),
              ])
            }
          >
            Add a phase
          </button>
        </div>
        <h2>Limits</h2>
        <div className={styles.filters}>
          {(['perDay', 'perPhase'] as const).map((kind) => (
            <Field
              key={kind}
              id={kind}
              label={kind === 'perDay' ? 'Submissions a day (UTC)' : 'Submissions a phase'}
              isOptional
              error={fault?.fields[`quota.${kind}`]}
            >
              {(described) => (
                <input
                  {...described}
                  type="number"
                  min={1}
                  max={10_000}
                  value={quota[kind] ?? ''}
                  onChange={(event) =>
                    setQuota({
                      ...quota,
                      [kind]: event.target.value === '' ? null : Number(event.target.value),
                    })
                  }
                  className={controlClass}
                />
              )}
            </Field>
          ))}
        </div>
        <p className="muted small">
          For each account, and for each team. A set counts once. What failed on our side, or was cancelled
          before it ran, does not count. Left empty, there is no limit, but while the truth is withheld{' '}
          {WITHHELD_TRUTH_QUOTA.perDay} a day: each score tells something of it.
        </p>
        {fault === null ? null : (
          <Notice tone="danger" title={fault.title} announce>
            {fault.text === '' ? null : <p>{fault.text}</p>}
          </Notice>
        )}
        <div className={styles.actions}>
          <button type="submit" className="button button-primary" disabled={isSending}>
            Save phases and limits
          </button>
          <span role="status">{status}</span>
        </div>
      </form>
      <p className="muted small">
        {settings.changedAt === null
          ? 'Nobody has changed these settings yet.'
          : `Revision ${settings.revision}, by ${settings.changedBy ?? 'somebody'} on ${formatInstant(settings.changedAt)}.`}
      </p>
    </div>
  );
}

function Bar({ stretch: { phase, from, to, disclosure, isNow } }: { stretch: Stretch }) {
  const days = from === null || to === null ? 1 : (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return (
    <li
      className={`${styles.bar} ${BAR[disclosure]} ${isNow ? styles.now : ''}`}
      style={{ flex: `${Math.max(1, Math.sqrt(Math.max(0, days)))} 0 8rem` }}
      aria-current={isNow ? 'time' : undefined}
    >
      <strong>
        {phase?.name ?? 'no phase'}
        {isNow ? ', now' : ''}
      </strong>
      <span>{DISCLOSURE_NAMES[disclosure]}</span>
      <span>
        {phase === null || phase.acceptsSubmissions
          ? phase === null && (from !== null || to !== null)
            ? 'no submissions'
            : 'takes submissions'
          : 'no submissions'}
      </span>
      <span className="muted">
        {from === null ? '' : `from ${formatInstant(from)}`} {to === null ? '' : `until ${formatInstant(to)}`}
      </span>
    </li>
  );
}

type PhaseFieldsProps = {
  index: number;
  draft: PhaseDraft;
  faults: Readonly<Record<string, string>>;
  onChange: (part: Partial<PhaseDraft>) => void;
  onRemove: () => void;
};

function PhaseFields({ index, draft, faults, onChange, onRemove }: PhaseFieldsProps) {
  const fault = (name: string) => faults[`phases.${index}.${name}`];
  return (
    <fieldset className={styles.phase}>
      <legend>{draft.name === '' ? `Phase ${index + 1}` : draft.name}</legend>
      <Field id={`phase-${index}-name`} label="Name" error={fault('name')}>
        {(described) => (
          <input
            {...described}
            required
            maxLength={60}
            value={draft.name}
            onChange={(event) => onChange({ name: event.target.value })}
            className={controlClass}
          />
        )}
      </Field>
      <Field id={`phase-${index}-opens`} label="Opens (UTC)" error={fault('opens')}>
        {(described) => (
          <input
            {...described}
            required
            pattern={TIME_PATTERN}
            placeholder="2027-03-01 00:00"
            value={draft.opens}
            onChange={(event) => onChange({ opens: event.target.value })}
            className={controlClass}
          />
        )}
      </Field>
      <Field id={`phase-${index}-closes`} label="Closes (UTC)" isOptional error={fault('closes')}>
        {(described) => (
          <input
            {...described}
            pattern={TIME_PATTERN}
            placeholder="never"
            value={draft.closes}
            onChange={(event) => onChange({ closes: event.target.value })}
            className={controlClass}
          />
        )}
      </Field>
      <Field id={`phase-${index}-disclosure`} label="Shown" error={fault('disclosure')}>
        {(described) => (
          <select
            {...described}
            value={draft.disclosure}
            onChange={(event) => onChange({ disclosure: levelOf(event.target.value) })}
            className={controlClass}
          >
            <option value="practice">practice</option>
            <option value="public-test">public test</option>
            <option value="blind">blind</option>
          </select>
        )}
      </Field>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={draft.acceptsSubmissions}
          onChange={(event) => onChange({ acceptsSubmissions: event.target.checked })}
        />
        takes submissions
      </label>
      <div>
        <button type="button" className="button button-small button-danger" onClick={onRemove}>
          Remove<span className="visually-hidden"> {draft.name}</span>
        </button>
      </div>
    </fieldset>
  );
}

function levelOf(value: string): DisclosureLevel {
  return value === 'practice' || value === 'public-test' ? value : 'blind';
}
