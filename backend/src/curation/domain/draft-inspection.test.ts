import type { DatasetFinding, DatasetReport, InspectPayload } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { challengeDefinition } from '../../testing/challenge-definition.js';
import {
  contradictionInReport,
  inspectionState,
  obstacleToValidation,
  warningsOf,
  type ReadinessFacts,
} from './draft-inspection.js';

const found = (severity: DatasetFinding['severity'], code: DatasetFinding['code']): DatasetFinding => ({
  severity,
  code,
  path: null,
  area: null,
  scenario: null,
  found: 'found',
  needed: 'needed',
  fix: 'fix',
});
const report = (findings: DatasetFinding[] = []): DatasetReport => ({
  inspectedAt: '2026-01-01T00:00:00.000Z',
  evaluatorVersion: '1.0.0',
  files: [],
  agreements: [],
  leaks: [],
  findings,
});
const facts = (more: Partial<ReadinessFacts> = {}): ReadinessFacts => ({
  problems: [],
  inspection: 'done',
  failureMessage: null,
  report: report(),
  acceptedWarnings: [],
  ...more,
});

describe('inspectionState', () => {
  it('is outdated once the draft has another revision than the report, and only then', () => {
    expect(inspectionState(3, { state: 'done', revision: 3 })).toBe('done');
    expect(inspectionState(4, { state: 'done', revision: 3 })).toBe('outdated');
    expect(inspectionState(4, { state: 'running', revision: 3 })).toBe('running');
    expect(inspectionState(1, { state: 'none', revision: null })).toBe('none');
  });
});

describe('obstacleToValidation', () => {
  it('is none for a draft without problems, errors and warnings, or with every warning accepted', () => {
    expect(obstacleToValidation(facts())).toBeNull();
    expect(obstacleToValidation(facts({ report: report([found('note', 'convention')]) }))).toBeNull();
    const withWarnings = report([found('warning', 'constant'), found('warning', 'constant')]);
    expect(obstacleToValidation(facts({ report: withWarnings, acceptedWarnings: ['constant'] }))).toBeNull();
  });

  it.each(['none', 'queued', 'running', 'failed', 'outdated'] as const)(
    'stands against an inspection that is %s, whatever report there is',
    (inspection) => {
      expect(obstacleToValidation(facts({ inspection }))).not.toBeNull();
    },
  );

  it('is not taken out of the way by accepting an error', () => {
    const acceptedWarnings = ['unreadable' as const];
    const obstacle = obstacleToValidation(
      facts({ report: report([found('error', 'unreadable')]), acceptedWarnings }),
    );
    expect(obstacle?.message).toBe('The report has 1 error.');
  });

  it('names every warning that is not accepted', () => {
    const warnings = report([found('warning', 'convention'), found('warning', 'constant')]);
    expect(obstacleToValidation(facts({ report: warnings }))?.message).toContain('constant, convention');
    expect(warningsOf(warnings)).toEqual(['constant', 'convention']);
  });

  it('lists the problems of the definition first', () => {
    const problems = [
      { path: 'licence', message: 'missing', found: 'nothing', needed: 'a text', fix: 'Fill it in.' },
    ];
    expect(obstacleToValidation(facts({ problems, inspection: 'none' }))?.fields).toEqual([
      { path: 'licence', message: 'missing; needed: a text. Fill it in.' },
    ]);
  });
});

it('contradictionInReport compares files by name and content', () => {
  const object = { sha256: 'a'.repeat(64), sizeBytes: 10 };
  const payload: InspectPayload = {
    kind: 'inspect',
    draftId: '3c1d2f0e-6f0b-4a8e-8a53-0a6f2f7f9a01',
    revision: 1,
    definition: challengeDefinition(),
    files: [{ path: 'truth.nc', object }],
  };
  const file = {
    path: 'truth.nc',
    ...object,
    uses: [],
    format: 'NetCDF-4',
    conventions: null,
    variable: null,
    units: null,
    kind: 'none' as const,
    spacingDeg: null,
    dimensions: [],
    variables: [],
    satellites: [],
    extent: null,
    statistics: null,
    previewMap: null,
    previewTrack: null,
  };
  const of = (parts: Partial<typeof file>) =>
    contradictionInReport({ ...report(), files: [{ ...file, ...parts }] }, payload);
  expect(of({})).toBeNull();
  expect(of({ path: 'sst.nc' })).toContain("'sst.nc'");
  expect(of({ sha256: 'b'.repeat(64) })).toContain('SHA-256');
});
