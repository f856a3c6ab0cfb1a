import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  challengeDefinitionSchema,
  draftViewSchema,
  type ClaimedJob,
  type DatasetFinding,
  type DatasetReport,
  type DraftView,
} from '@sillage/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { startRealPlatform, type RealPlatform } from './testing/real-platform.js';
import { runSillage, type Run } from './testing/run-sillage.js';

let home = '';
let platform: RealPlatform;
const file = (name: string): string => join(home, name);
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sillage-cli-'));
  platform = await startRealPlatform();
});
afterAll(async () => {
  await platform?.stop();
  rmSync(home, { recursive: true, force: true });
});

function sillage(...parameters: string[]): Promise<Run> {
  const env = { HOME: home, SILLAGE_URL: platform.url, SILLAGE_TOKEN: platform.organiserToken };
  return runSillage(parameters, { env, cwd: home });
}
async function succeed(...parameters: string[]): Promise<Run> {
  const run = await sillage(...parameters);
  expect(run, parameters.join(' ')).toMatchObject({ status: 0 });
  return run;
}
const draftOf = ({ stdout }: Run): DraftView => draftViewSchema.parse(JSON.parse(stdout));
const readDraft = async (id: string): Promise<DraftView> =>
  draftOf(await succeed('draft', 'show', id, '--json'));

/** A folder with challenge.yaml and a truth of random bytes. */
function challengeFolder(id: string): { folder: string; truthSha256: string } {
  const folder = file(id);
  mkdirSync(folder);
  const truth = randomBytes(20_000);
  writeFileSync(join(folder, 'truth.nc'), truth);
  const definition = {
    id,
    name: 'Gulf Stream for tests',
    summary: 'A challenge for tests',
    synthetic: true,
    licence: 'CC-BY-4.0',
    protocol: 'osse-2020a',
    disclosure: 'practice',
    datasetVersion: '1.0.0',
    periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
    areas: [{ id: 'gf', name: 'Gulf Stream', scoredBox: { west: -65, east: -55, south: 33, north: 43 } }],
    scenarios: [{ id: 'nadir4', name: 'Four nadirs' }],
    tasks: [{ area: 'gf', scenario: 'nadir4' }],
    files: [{ role: 'truth', area: 'gf', path: 'truth.nc' }],
  };
  writeFileSync(join(folder, 'challenge.yaml'), stringify(definition));
  return { folder, truthSha256: createHash('sha256').update(truth).digest('hex') };
}

function reportOf({ payload }: ClaimedJob, findings: DatasetFinding[]): DatasetReport {
  if (payload.kind !== 'inspect') throw new Error(`a ${payload.kind} step`);
  return {
    inspectedAt: '2026-01-01T00:00:00.000Z',
    evaluatorVersion: '1.0.0',
    files: [],
    agreements: [],
    leaks: [],
    findings,
  };
}

const WARNING: DatasetFinding = {
  severity: 'warning',
  code: 'convention',
  path: 'truth.nc',
  area: null,
  scenario: null,
  found: 'No Conventions attribute.',
  needed: 'CF-1.8.',
  fix: 'Write it.',
};

/** Runs `draft inspect --wait` with the evaluator's part played here. */
async function inspect(id: string, findings: DatasetFinding[]): Promise<Run> {
  const run = sillage('draft', 'inspect', id, '--wait');
  const job = await platform.claim('inspect');
  const report = reportOf(job, findings);
  await platform.finish(job, { status: 'done', result: { kind: 'inspect', report } });
  return run;
}

test('a folder becomes a draft, a validated version, and a challenge; then its next version, and back', async () => {
  const { folder, truthSha256 } = challengeFolder('gulf-stream');
  expect((await succeed('draft', 'list')).stderr).toContain('there are no drafts');
  const created = await succeed('draft', 'create', '--folder', folder, '--json');
  const draft = draftOf(created);
  expect(draft).toMatchObject({ problems: [], files: [{ path: 'truth.nc', sha256: truthSha256 }] });
  expect((await succeed('draft', 'list')).stdout).toMatch(/gulf-stream\s+1\.0\.0\s+0\s+1\s+none/);

  const unready = await sillage('draft', 'validate', draft.id, '--changes', 'First');
  expect(unready).toMatchObject({ status: 1, stderr: expect.stringContaining('has not been inspected') });
  const failing = await inspect(draft.id, [{ ...WARNING, severity: 'error', code: 'unreadable' }]);
  expect(failing).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(
      /report of revision 2: 1 error, no warnings, no notes[^]*Errors\n {2}truth\.nc \(unreadable\)/,
    ),
    stderr: expect.stringContaining('the report has errors'),
  });
  expect(await inspect(draft.id, [WARNING])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Warnings\n  truth.nc (convention)'),
  });
  const unaccepted = await sillage('draft', 'validate', draft.id, '--changes', 'First');
  expect(unaccepted).toMatchObject({ status: 1, stderr: expect.stringContaining('convention') });
  const mistyped = await sillage(
    'draft',
    'validate',
    draft.id,
    '--changes',
    'First',
    '--accept',
    'conventoin',
  );
  expect(mistyped).toMatchObject({ status: 1, stderr: expect.stringContaining("'conventoin' is no code") });
  const validated = await succeed(
    'draft',
    'validate',
    draft.id,
    '--changes',
    'First',
    '--accept',
    'convention',
  );
  expect(validated.stdout).toBe('gulf-stream@1.0.0 is validated: organisers alone see it\n');
  expect((await succeed('challenge', 'list')).stdout).not.toContain('gulf-stream');
  await succeed('dataset', 'publish', 'gulf-stream@1.0.0');
  expect((await succeed('challenge', 'list')).stdout).toContain('gulf-stream');

  // The same folder with a newer definition, as the next version: the file that is there is not sent again.
  const yaml = join(folder, 'challenge.yaml');
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace('1.0.0', '1.1.0'));
  const next = await succeed('draft', 'create', '--from', 'gulf-stream@1.0.0', '--folder', folder);
  expect(next.stderr).toContain('truth.nc: the draft has it');
  expect(next.stdout).toContain('gulf-stream 1.1.0, from gulf-stream@1.0.0');
  const nextId = /draft ([0-9a-f-]{36})/.exec(next.stdout)?.[1] ?? '';
  expect(await inspect(nextId, [])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Nothing was found against it.'),
  });
  await succeed('draft', 'validate', nextId, '--changes', 'Summary');
  await succeed('dataset', 'publish', 'gulf-stream@1.1.0', '--changes', 'Another summary');
  expect((await sillage('dataset', 'retire', 'gulf-stream@1.1.0')).stderr).toContain('cannot be retired');
  await succeed('dataset', 'publish', 'gulf-stream@1.0.0');
  await succeed('dataset', 'retire', 'gulf-stream@1.1.0');
  const versions = await succeed('dataset', 'versions', 'gulf-stream');
  expect(versions.stdout).toMatch(/1\.1\.0\s+retired\s.*Another summary\n1\.0\.0\s+published, scored on\s/);
  expect((await sillage('dataset', 'publish', 'gulf-stream@1.1.0')).stderr).toContain('retired');
  expect((await sillage('dataset', 'publish', 'gulf-stream')).stderr).toContain('CHALLENGE@VERSION');
}, 600_000);

test('a definition is got, edited and given back, unless somebody was faster', async () => {
  const { id } = draftOf(await succeed('draft', 'create', '--json'));
  await succeed('draft', 'get', id, '--out', 'draft.yaml');
  expect((await sillage('draft', 'get', id, '--out', 'draft.yaml')).stderr).toContain('exists');
  writeFileSync(
    file('draft.yaml'),
    `${readFileSync(file('draft.yaml'), 'utf8').replace('{}', '')}name: Mine\n`,
  );
  const set = await succeed('draft', 'set', id, 'draft.yaml');
  expect(set.stdout).toMatch(
    /^problem id: missing\n {2}found: {2}nothing\n {2}needed: a text\n {2}fix: {4}Fill it in\.$/m,
  );
  expect(set.stdout).not.toMatch(/Invalid|Too small|undefined/);
  expect((await readDraft(id)).definition).toEqual({ name: 'Mine' });
  // The file knows the revision that it has become: it can be given back again.
  writeFileSync(file('draft.yaml'), readFileSync(file('draft.yaml'), 'utf8').replace('Mine', 'Mine again'));
  await succeed('draft', 'set', id, 'draft.yaml');
  writeFileSync(file('other.yaml'), 'name: Another\n');
  await succeed('draft', 'set', id, 'other.yaml');
  const late = await sillage('draft', 'set', id, 'draft.yaml');
  expect(late).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('Organiser changed this draft at'),
  });
  expect((await readDraft(id)).definition).toEqual({ name: 'Another' });
  const printed = await succeed('draft', 'get', id);
  expect(parse(printed.stdout)).toEqual({ name: 'Another' });
  writeFileSync(file('list.yaml'), '- a\n');
  expect((await sillage('draft', 'set', id, 'list.yaml')).stderr).toContain('holds no definition');
  writeFileSync(file('broken.yaml'), 'a: [\n');
  expect((await sillage('draft', 'set', id, 'broken.yaml')).stderr).toContain('is not YAML');
});

test('files are added from here and from the server, taken out, and go with the draft', async () => {
  const { id } = draftOf(await succeed('draft', 'create', '--json'));
  expect((await succeed('draft', 'server-files')).stderr).toContain('is empty');
  writeFileSync(join(platform.incomingFolder, 'large truth.nc'), randomBytes(30_000));
  expect((await succeed('draft', 'server-files')).stdout).toBe('large truth.nc: 30 kB\n');
  writeFileSync(file('sst.nc'), randomBytes(1_000));
  writeFileSync(file('obs.nc'), randomBytes(1_000));
  await succeed('draft', 'add-file', id, 'sst.nc', 'obs.nc');
  await succeed('draft', 'add-file', id, 'obs.nc', '--as', 'nadirs.nc');
  await succeed('draft', 'add-file', id, '--server', 'large truth.nc', '--as', 'truth.nc');
  expect((await sillage('draft', 'add-file', id)).stderr).toContain('name the files to add');
  expect((await sillage('draft', 'add-file', id, '--server', '../secrets.json', '--as', 'x.nc')).status).toBe(
    1,
  );
  await succeed('draft', 'remove-file', id, 'obs.nc');
  const { files } = await readDraft(id);
  expect(files.map(({ path, source, sizeBytes }) => [path, source, sizeBytes])).toEqual([
    ['nadirs.nc', 'upload', 1_000],
    ['sst.nc', 'upload', 1_000],
    ['truth.nc', 'server', 30_000],
  ]);
  await succeed('draft', 'delete', id);
  expect((await sillage('draft', 'show', id)).stderr).toContain('There is no draft');
  expect((await sillage('draft', 'show', 'mine')).stderr).toContain("'mine' is not the id of a draft");
  expect(existsSync(file('sst.nc'))).toBe(true);
});

const demoFolder = fileURLToPath(new URL('../../../datasets/demo-osse/', import.meta.url));

/** The Gulf Stream of the demo with four nadirs and OI as its reference, as a challenge of its own. */
function demoPart(id: string): string {
  const folder = file(id);
  mkdirSync(folder);
  const whole = challengeDefinitionSchema.parse(
    parse(readFileSync(join(demoFolder, 'challenge.yaml'), 'utf8')),
  );
  const names = new Set(['truth-gf.nc', 'observations-gf-nadir4.nc', 'oi-gf-nadir4.nc']);
  const definition = {
    ...whole,
    id,
    datasetVersion: '1.0.0',
    tasks: [{ area: 'gf', scenario: 'nadir4' }],
    files: whole.files.filter(({ path, scenario }) => names.has(path) && (scenario ?? 'nadir4') === 'nadir4'),
    references: whole.references.filter((reference) => reference.id === 'oi'),
    published: [],
    expectedFiles: [],
  };
  writeFileSync(join(folder, 'challenge.yaml'), stringify(definition));
  for (const name of names) copyFileSync(join(demoFolder, name), join(folder, name));
  return folder;
}

test('real evaluators inspect the demo, one of them killed on the way, and score its reference once it is published', async () => {
  const { id } = draftOf(await succeed('draft', 'create', '--folder', demoPart('gulf-demo'), '--json'));
  // Not by a process: while it starts on a busy machine, the inspection that is to be interrupted may be over.
  const inspectionState = async (): Promise<string> => {
    const response = await fetch(`${platform.url}/api/curation/drafts/${id}?report=none`, {
      headers: { authorization: `Bearer ${platform.organiserToken}` },
    });
    return draftViewSchema.parse(await response.json()).inspection.state;
  };
  const kill = platform.startEvaluator();
  const waiting = sillage('draft', 'inspect', id, '--wait', '--json');
  await expect.poll(inspectionState, { interval: 20 }).toBe('running');
  await kill();
  await expect.poll(inspectionState, { interval: 100 }).toBe('queued');
  platform.startEvaluator();
  const { inspection, files } = draftOf(await waiting);
  expect(inspection).toMatchObject({ state: 'done', reportRevision: 4 });
  const report = inspection.report;
  expect(report?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(report?.files.map(({ path, sha256 }) => [path, sha256]).sort()).toEqual(
    files.map(({ path, sha256 }) => [path, sha256]),
  );
  const warnings =
    report?.findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code) ?? [];
  await succeed('draft', 'validate', id, '--changes', 'First', '--accept', warnings.join(','));
  await succeed('dataset', 'publish', 'gulf-demo@1.0.0');
  await expect
    .poll(
      async () =>
        (await sillage('board', '--challenge', 'gulf-demo', '--area', 'gf', '--scenario', 'nadir4')).stdout,
      { timeout: 300_000, interval: 500 },
    )
    .toMatch(/Sillage/);
}, 600_000);
