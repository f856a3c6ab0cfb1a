'use client';

import type { DraftView } from '@sillage/contracts';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { Chip } from '../../components/chip';
import { Notice } from '../../components/notice';
import { countOf } from '../../lib/format-number';
import { paths } from '../../lib/paths';
import { ConflictNotice } from './conflict-notice';
import { textAt } from './draft-definition';
import styles from './draft-wizard.module.css';
import { SaveStatus } from './save-status';
import { StepLink } from './step-link';
import { StepProblems } from './step-problems';
import { AreasStep } from './steps/areas-step';
import { BasicsStep } from './steps/basics-step';
import { CheckStep } from './steps/check-step';
import { FilesStep } from './steps/files-step';
import { PublishedStep } from './steps/published-step';
import { ReferencesStep } from './steps/references-step';
import { ScenariosStep } from './steps/scenarios-step';
import { ValidateStep } from './steps/validate-step';
import { YamlStep } from './steps/yaml-step';
import { UnsavedNotice } from './unsaved-notice';
import { useDraft, type DraftEditor } from './use-draft';
import { problemsOfStep, STEPS, stepOf, type StepId } from './wizard-steps';

/** One dataset version that is being written: an outline, and the part of it that the address names. */
export function DraftWizard({ initial }: { initial: DraftView }) {
  const editor = useDraft(initial);
  const { view, definition, saving } = editor;
  const step = stepOf(useSearchParams().get('step'));
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);

  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else heading.current?.focus();
  }, [step]);

  const index = STEPS.findIndex(({ id }) => id === step);
  const current = STEPS[index]!;
  const next = STEPS[index + 1];
  const previous = STEPS[index - 1];
  const version = textAt(definition, ['datasetVersion']);
  return (
    <div className={styles.wizard}>
      <header className={styles.head}>
        <div className={styles.title}>
          <p className="eyebrow">
            Draft{' '}
            {view.basedOn === null ? (
              'of a new challenge'
            ) : (
              <>
                from version {view.basedOn.version} of{' '}
                <Link href={paths.adminChallenge(view.basedOn.challengeId)}>{view.basedOn.challengeId}</Link>
              </>
            )}
          </p>
          <h1>
            {textAt(definition, ['name']) || 'A challenge without a name'}{' '}
            {version === '' ? null : <Chip>{version}</Chip>}
          </h1>
        </div>
        <SaveStatus editor={editor} />
      </header>
      <UnsavedNotice editor={editor} />
      {saving.kind === 'conflict' ? <ConflictNotice editor={editor} theirs={saving.theirs} /> : null}
      {saving.kind === 'refused' ? (
        <Notice tone="danger" title={saving.fault.title} announce>
          {saving.fault.text === '' ? null : <p>{saving.fault.text}</p>}
          {Object.entries(saving.fault.fields).map(([path, message]) => (
            <p key={path}>
              <code>{path}</code>: {message}
            </p>
          ))}
        </Notice>
      ) : null}
      <div className={styles.columns}>
        <nav aria-label="Parts of the draft" className={styles.outline}>
          <ol>
            {STEPS.map(({ id, name }) => (
              <li key={id}>
                <StepLink draft={view.id} step={id} isHere={id === step}>
                  {name}
                  <StepMark editor={editor} step={id} />
                </StepLink>
              </li>
            ))}
          </ol>
        </nav>
        <section className={styles.step} aria-labelledby="step">
          <h2 id="step" ref={heading} tabIndex={-1}>
            {current.name}
          </h2>
          <StepProblems problems={problemsOfStep(view.problems, step)} />
          <Step step={step} editor={editor} />
          <nav aria-label="Before and after" className={styles.onward}>
            {previous === undefined ? (
              <span />
            ) : (
              <StepLink draft={view.id} step={previous.id} className="button">
                ← {previous.name}
              </StepLink>
            )}
            {next === undefined ? null : (
              <StepLink draft={view.id} step={next.id} className="button">
                {next.name} →
              </StepLink>
            )}
          </nav>
        </section>
      </div>
    </div>
  );
}

function Step({ step, editor }: { step: StepId; editor: DraftEditor }) {
  switch (step) {
    case 'basics':
      return <BasicsStep editor={editor} />;
    case 'areas':
      return <AreasStep editor={editor} />;
    case 'scenarios':
      return <ScenariosStep editor={editor} />;
    case 'files':
      return <FilesStep editor={editor} />;
    case 'references':
      return <ReferencesStep editor={editor} />;
    case 'published':
      return <PublishedStep editor={editor} />;
    case 'yaml':
      return <YamlStep editor={editor} />;
    case 'check':
      return <CheckStep editor={editor} />;
    case 'validate':
      return <ValidateStep editor={editor} />;
  }
}

/** What the outline says of a part: problems of the definition, findings of the check, what is still to do. */
function StepMark({ editor, step }: { editor: DraftEditor; step: StepId }) {
  const { view } = editor;
  if (step === 'check') {
    const { state, report } = view.inspection;
    if (state === 'queued' || state === 'running') return <span className={styles.count}>running</span>;
    if (state === 'failed') return <span className={styles.bad}>failed</span>;
    if (state === 'outdated') return <span className={styles.count}>outdated</span>;
    if (state === 'none' || report === null) return null;
    const errorCount = report.findings.filter(({ severity }) => severity === 'error').length;
    return errorCount === 0 ? (
      <span className={styles.good}>done</span>
    ) : (
      <span className={styles.bad}>{countOf(errorCount, 'error', 'errors')}</span>
    );
  }
  const count = problemsOfStep(view.problems, step).length;
  return count === 0 ? null : <span className={styles.bad}>{countOf(count, 'problem', 'problems')}</span>;
}
