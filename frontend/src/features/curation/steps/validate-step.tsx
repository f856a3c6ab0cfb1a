'use client';

import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { controlClass, Field, formClass } from '../../../components/forms/form';
import { Notice } from '../../../components/notice';
import { browserCurationGateway as gateway } from '../../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../../lib/api/form-fault';
import { countOf } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import { textAt } from '../draft-definition';
import { FINDING_TITLES } from '../report/finding-texts';
import styles from '../report/check.module.css';
import { StepLink } from '../step-link';
import { forgetUnsaved } from '../unsaved-draft';
import type { DraftEditor } from '../use-draft';

/** Freezes the draft as a version, once nothing speaks against it. */
export function ValidateStep({ editor }: { editor: DraftEditor }) {
  const router = useRouter();
  const { view, saving, definition } = editor;
  const { inspection } = view;
  const findings = inspection.report?.findings ?? [];
  const errorCount = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = [
    ...new Set(findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code)),
  ];
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set());
  const [changes, setChanges] = useState('');
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isSending, setIsSending] = useState(false);
  const open = warnings.filter((code) => !accepted.has(code));

  async function validate(event: FormEvent) {
    event.preventDefault();
    setIsSending(true);
    setFault(null);
    try {
      const version = await gateway.validateDraft(view.id, {
        revision: view.revision,
        acceptedWarnings: warnings.filter((code) => accepted.has(code)),
        changes,
      });
      forgetUnsaved(view.id);
      router.push(paths.adminVersion(version.challengeId, version.version));
    } catch (error) {
      setFault(formFaultOf(error));
      setIsSending(false);
    }
  }

  const needs = [
    ...(view.problems.length === 0
      ? []
      : [
          {
            key: 'problems',
            text: `${countOf(view.problems.length, 'problem', 'problems')} of the definition`,
            step: null,
          },
        ]),
    ...(inspection.state === 'done'
      ? []
      : [
          {
            key: 'report',
            text:
              inspection.state === 'queued' || inspection.state === 'running'
                ? 'the inspection is under way'
                : inspection.state === 'outdated'
                  ? 'a report of the draft as it is now: it was changed since the last one'
                  : inspection.state === 'failed'
                    ? 'a report: the last inspection failed'
                    : 'a report: the files were not inspected yet',
            step: 'check' as const,
          },
        ]),
    ...(inspection.state === 'done' && errorCount > 0
      ? [
          {
            key: 'errors',
            text: `${countOf(errorCount, 'error', 'errors')} of the report`,
            step: 'check' as const,
          },
        ]
      : []),
  ];

  return (
    <>
      <p className="muted">
        Validating freezes the draft as version {textAt(definition, ['datasetVersion']) || '?'} of{' '}
        {textAt(definition, ['name']) || 'the challenge'}: from then on nothing of it changes. Organisers see
        it; participants do not, and nothing is scored on it before it is published.
      </p>
      {needs.length === 0 ? null : (
        <Notice tone="warning" title="Still to do">
          <ul className={styles.needs}>
            {needs.map(({ key, text, step }) => (
              <li key={key}>
                {step === null ? (
                  text
                ) : (
                  <StepLink draft={view.id} step={step}>
                    {text}
                  </StepLink>
                )}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      <form onSubmit={(event) => void validate(event)} noValidate className={formClass} aria-label="Validate">
        {warnings.length === 0 ? null : (
          <fieldset className={styles.warnings}>
            <legend>Warnings that you have read and accept</legend>
            {warnings.map((code) => {
              const of = findings.filter(
                (finding) => finding.code === code && finding.severity === 'warning',
              );
              return (
                <label key={code} className={styles.warning}>
                  <input
                    type="checkbox"
                    checked={accepted.has(code)}
                    onChange={(event) =>
                      setAccepted((before) => {
                        const next = new Set(before);
                        if (event.target.checked) next.add(code);
                        else next.delete(code);
                        return next;
                      })
                    }
                  />
                  <span>
                    <strong>{FINDING_TITLES[code]}</strong> <code className="muted">{code}</code>
                    <br />
                    {of[0]?.found}
                    {of.length > 1 ? ` And ${of.length - 1} more.` : ''}
                  </span>
                </label>
              );
            })}
          </fieldset>
        )}
        <Field
          id="changes"
          label="What is new"
          hint="One line, shown with the version: like “Truth of OSMOSIS with the tide taken out”."
          error={fault?.fields['changes']}
        >
          {(described) => (
            <input
              {...described}
              value={changes}
              maxLength={300}
              onChange={(event) => setChanges(event.target.value)}
              autoComplete="off"
              className={controlClass}
            />
          )}
        </Field>
        <div className={styles.run}>
          <button
            type="submit"
            className="button button-primary"
            disabled={
              isSending ||
              needs.length > 0 ||
              open.length > 0 ||
              changes.trim() === '' ||
              saving.kind !== 'saved'
            }
          >
            Validate and freeze
          </button>
          <span className="muted small">
            {needs.length > 0
              ? ''
              : open.length > 0
                ? `${countOf(open.length, 'warning', 'warnings')} not accepted yet.`
                : changes.trim() === ''
                  ? 'Say what is new.'
                  : ''}
          </span>
        </div>
      </form>
    </>
  );
}
