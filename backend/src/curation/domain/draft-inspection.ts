import {
  problemLine,
  type DatasetReport,
  type DefinitionProblem,
  type FindingCode,
  type InspectionState,
  type InspectPayload,
} from '@sillage/contracts';

/** What is kept with a draft of its newest inspection. */
export type StoredInspection = {
  state: Exclude<InspectionState, 'outdated'>;
  /** Of the draft when it was asked for; null before the first one. */
  revision: number | null;
  failureMessage: string | null;
  reportRevision: number | null;
};

export function isUnderWay({ state }: Pick<StoredInspection, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** A report tells nothing of a draft that was changed since. */
export function inspectionState(
  draftRevision: number,
  { state, revision }: Pick<StoredInspection, 'state' | 'revision'>,
): InspectionState {
  return state === 'done' && revision !== draftRevision ? 'outdated' : state;
}

/** Where the files of a report are not those that the worker was given: it looked at something else. */
export function contradictionInReport(report: DatasetReport, payload: InspectPayload): string | null {
  const given = new Map(payload.files.map(({ path, object }) => [path, object.sha256]));
  for (const { path, sha256 } of report.files) {
    const expected = given.get(path);
    if (expected === undefined) return `'${path}' is none of the files of the draft`;
    if (expected !== sha256) return `'${path}' is reported with SHA-256 ${sha256}, it has ${expected}`;
  }
  return null;
}

export type ReadinessFacts = {
  problems: readonly DefinitionProblem[];
  inspection: InspectionState;
  failureMessage: string | null;
  report: DatasetReport | null;
  acceptedWarnings: readonly FindingCode[];
};

/** Why a draft may not be validated: what was found, and what to do. Null where nothing stands against it. */
export function obstacleToValidation(
  facts: ReadinessFacts,
): { message: string; fix: string; fields?: { path: string; message: string }[] } | null {
  const { problems, inspection, report } = facts;
  if (problems.length > 0) {
    return {
      message: `The definition has ${counted(problems.length, 'problem')}.`,
      fix: 'Mend what is listed, inspect the draft, then validate it.',
      fields: problems.map((problem) => ({
        path: problem.path,
        message: problemLine(problem),
      })),
    };
  }
  if (inspection !== 'done' || report === null) {
    return {
      message: `${INSPECTION_TEXTS[inspection === 'done' ? 'none' : inspection]}${inspection === 'failed' ? `: ${facts.failureMessage ?? ''}` : ''}.`,
      fix:
        inspection === 'queued' || inspection === 'running'
          ? 'Wait for its report, then validate the draft.'
          : 'Inspect the draft as it is now, read the report, then validate it.',
    };
  }
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    return {
      message: `The report has ${counted(errors.length, 'error')}.`,
      fix: 'Mend what is listed and inspect the draft again.',
      fields: errors.map(({ path, code, found, fix }) => ({
        path: path ?? code,
        message: `${code}: ${found} ${fix}`,
      })),
    };
  }
  const unaccepted = warningsOf(report).filter((code) => !facts.acceptedWarnings.includes(code));
  if (unaccepted.length > 0) {
    return {
      message: `The report has warnings that nobody has accepted: ${unaccepted.join(', ')}.`,
      fix: 'Read them; mend the draft, or name each code in acceptedWarnings.',
      fields: report.findings
        .filter(({ severity, code }) => severity === 'warning' && unaccepted.includes(code))
        .map(({ path, code, found }) => ({ path: path ?? code, message: `${code}: ${found}` })),
    };
  }
  return null;
}

const INSPECTION_TEXTS: Record<Exclude<InspectionState, 'done'>, string> = {
  none: 'The draft has not been inspected',
  queued: 'The draft is about to be inspected',
  running: 'The draft is being inspected',
  failed: 'The inspection failed',
  outdated: 'The draft was changed after it had been inspected',
};

/** Each code once, in alphabetical order. */
export function warningsOf(report: DatasetReport): FindingCode[] {
  return [
    ...new Set(report.findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code)),
  ].sort();
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
