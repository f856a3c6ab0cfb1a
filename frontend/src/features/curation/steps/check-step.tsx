'use client';

import { useState } from 'react';
import { Notice } from '../../../components/notice';
import { browserCurationGateway as gateway } from '../../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../../lib/api/form-fault';
import { countOf, formatPercent } from '../../../lib/format-number';
import { ReportView } from '../report/report-view';
import styles from '../report/check.module.css';
import type { DraftEditor } from '../use-draft';

/** Has every file read by an evaluator, and shows what it found. */
export function CheckStep({ editor }: { editor: DraftEditor }) {
  const { view, saving } = editor;
  const { inspection } = view;
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const isRunning = inspection.state === 'queued' || inspection.state === 'running';

  async function run() {
    setIsAsking(true);
    setFault(null);
    try {
      await editor.act((revision) => gateway.inspectDraft(view.id, revision));
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsAsking(false);
    }
  }

  return (
    <>
      <p className="muted">
        An evaluator reads every file that the definition uses: what it holds, whether it covers periods and
        areas, whether observations agree with the truth, and whether a public file gives away what is sealed.
      </p>
      {view.problems.length > 0 ? (
        <Notice
          tone="warning"
          title={`The definition has ${countOf(view.problems.length, 'problem', 'problems')}: the outline says where`}
        >
          <p>Files are inspected once it is complete.</p>
        </Notice>
      ) : null}
      <div className={styles.run}>
        <button
          type="button"
          className="button button-primary"
          disabled={isRunning || isAsking || view.problems.length > 0 || saving.kind === 'conflict'}
          onClick={() => void run()}
        >
          {inspection.state === 'none' ? 'Inspect the files' : 'Inspect the files again'}
        </button>
        <span role="status">
          {inspection.state === 'queued'
            ? `In the queue. ${inspection.activity}`
            : inspection.state === 'running'
              ? inspection.activity || 'Running'
              : inspection.state === 'outdated'
                ? 'The draft was changed since this report.'
                : inspection.state === 'done'
                  ? 'The report is of the draft as it is.'
                  : ''}
        </span>
      </div>
      {isRunning ? (
        <div
          className={styles.bar}
          role="progressbar"
          aria-label="Inspection"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor((inspection.progress ?? 0) * 100)}
          aria-valuetext={formatPercent(inspection.progress ?? 0)}
        >
          <i style={{ width: `${(inspection.progress ?? 0) * 100}%` }} />
        </div>
      ) : null}
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {inspection.state === 'failed' ? (
        <Notice tone="danger" title="The inspection failed, which is our fault">
          <p>{inspection.failureMessage}</p>
          <p>Inspect the files again; if it fails again, tell whoever runs the evaluators.</p>
        </Notice>
      ) : null}
      {inspection.report === null ? null : <ReportView report={inspection.report} />}
    </>
  );
}
