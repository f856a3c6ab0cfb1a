import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChildLimits } from '../config.js';
import { check } from '../steps/check.js';
import type { ChildEnd } from '../steps/step.js';
import { codeFolders, probeIsolation } from './isolation.js';
import type { Isolation } from './isolation.js';
import { SandboxedChild } from './sandboxed-child.js';

const installationFolder = fileURLToPath(new URL('../../../', import.meta.url));
const childrenFolder = fileURLToPath(new URL('../../test/children/', import.meta.url));
const isolation = probeIsolation();
const bare: Isolation = { network: 'open', hasSetpriv: false, hasPrlimit: false };
const limits: ChildLimits = { memoryBytes: 512 * 2 ** 20, outputBytes: 64 * 2 ** 20, wallClockMs: 200_000 };

let folder = '';
let children: SandboxedChild[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-sandbox-'));
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.dispose()));
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

type Overrides = {
  limits?: Partial<ChildLimits>;
  isolation?: Isolation;
  mayStartThreads?: boolean;
  mayLoadAddons?: boolean;
};

function startChild(overrides: Overrides = {}): SandboxedChild {
  const child = new SandboxedChild({
    folder: join(folder, `child-${children.length}`),
    entryFile: join(childrenFolder, 'hostile.mjs'),
    codeFolders: [...codeFolders(installationFolder), childrenFolder],
    mayStartThreads: overrides.mayStartThreads ?? false,
    mayLoadAddons: overrides.mayLoadAddons ?? false,
    limits: { ...limits, ...overrides.limits },
    isolation: overrides.isolation ?? isolation,
  });
  children.push(child);
  return child;
}

function runDeed(
  deed: string,
  overrides: Overrides = {},
  signal = new AbortController().signal,
): Promise<ChildEnd<unknown>> {
  const child = startChild(overrides);
  writeFileSync(join(child.inputFolder, 'upload.nc'), 'upload');
  const inputPath = join(child.inputFolder, 'upload.nc');
  const { outputFolder } = child;
  return child.run(
    check,
    { step: 'check', inputPath, fileName: deed, variable: null, tasks: [], onlyCovered: false, outputFolder },
    { signal },
  );
}

describe('a sandboxed child', () => {
  test('reads its input and writes its output folder', async () => {
    const end = await runDeed('copy');
    expect(end).toMatchObject({ kind: 'result', result: { step: 'check' } });
    expect(readFileSync(join(folder, 'child-0/out/canonical.nc'), 'utf8')).toBe('upload');
  });

  test('that may load native libraries still reads, starts and reaches nothing else from its own code', async () => {
    const secret = join(folder, 'secret.txt');
    writeFileSync(secret, 'the truth');
    const overrides = { mayLoadAddons: true, mayStartThreads: true };
    const denied = { kind: 'error', message: 'ERR_ACCESS_DENIED' };
    expect(await runDeed(`read|${secret}`, overrides)).toEqual(denied);
    expect(await runDeed('spawn', overrides)).toEqual(denied);
    expect(await runDeed('environment', overrides)).toEqual({ kind: 'error', message: '{}' });
  });

  test('cannot read a secret beside its folder', async () => {
    const secret = join(folder, 'secret.txt');
    writeFileSync(secret, 'the truth');
    expect(await runDeed(`read|${secret}`)).toEqual({ kind: 'error', message: 'ERR_ACCESS_DENIED' });
  });

  test('cannot read the input of another child', async () => {
    const other = startChild();
    const theirs = join(other.inputFolder, 'upload.nc');
    writeFileSync(theirs, 'not yours');
    expect(await runDeed(`read|${theirs}`)).toEqual({ kind: 'error', message: 'ERR_ACCESS_DENIED' });
  });

  test.each(['/etc/passwd', '/proc/self/environ', join(installationFolder, 'datasets')])(
    'cannot read %s',
    async (path) => {
      expect(await runDeed(`read|${path}`)).toEqual({ kind: 'error', message: 'ERR_ACCESS_DENIED' });
    },
  );

  test('cannot write outside its output folder', async () => {
    const target = join(folder, 'written.txt');
    expect(await runDeed(`write|${target}`)).toEqual({ kind: 'error', message: 'ERR_ACCESS_DENIED' });
    expect(existsSync(target)).toBe(false);
  });

  test('cannot change the code that the next child runs, nor add to it', async () => {
    const bundle = join(installationFolder, 'evaluator/dist/bundle');
    const code = readFileSync(join(bundle, 'child-main.js'));
    for (const name of ['child-main.js', 'bundle.json', 'new.js']) {
      const end = await runDeed(`write|${join(bundle, name)}`, {
        mayStartThreads: true,
        mayLoadAddons: true,
      });
      expect(end).toEqual({ kind: 'error', message: 'ERR_ACCESS_DENIED' });
    }
    expect(readFileSync(join(bundle, 'child-main.js')).equals(code)).toBe(true);
    expect(existsSync(join(bundle, 'new.js'))).toBe(false);
  });

  test('sees an empty environment', async () => {
    const end = await runDeed('environment');
    expect(end).toEqual({ kind: 'error', message: '{}' });
  });

  test('starts no process and no thread', async () => {
    expect(await runDeed('spawn')).toEqual({ kind: 'error', message: 'ERR_ACCESS_DENIED' });
    expect(await runDeed('thread')).toEqual({ kind: 'error', message: 'ERR_ACCESS_DENIED' });
  });

  test('may start threads where the step needs them', async () => {
    expect(await runDeed('thread', { mayStartThreads: true })).toMatchObject({ kind: 'result' });
  });

  test.skipIf(isolation.network === 'open')('has no network, not even to this machine', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await runDeed(`connect|${port}`, { isolation: bare })).toMatchObject({ kind: 'result' });
    expect(await runDeed(`connect|${port}`)).toMatchObject({ kind: 'error' });
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    { name: 'objects on the heap', deed: 'heap', overrides: {} },
    { name: 'typed arrays outside the heap', deed: 'arrays', overrides: {} },
    { name: 'typed arrays where the kernel sets no limit', deed: 'arrays', overrides: { isolation: bare } },
  ])('is stopped at its memory limit by $name', async ({ deed, overrides }) => {
    const end = await runDeed(deed, overrides);
    // Under the kernel's limit V8 throws a RangeError, which this child does not catch: its last words tell.
    expect(end).toEqual({ kind: 'out-of-memory', limitBytes: limits.memoryBytes });
  });

  test('is stopped when it takes too long, also in a tight loop', async () => {
    const startedMs = performance.now();
    const end = await runDeed('spin', { limits: { wallClockMs: 500 } });
    expect(end).toEqual({ kind: 'timed-out', limitMs: 500 });
    expect(performance.now() - startedMs).toBeLessThan(limits.wallClockMs / 2);
  });

  test.skipIf(!isolation.hasPrlimit)('is stopped when it writes too much', async () => {
    const end = await runDeed('fill');
    expect(end).toEqual({ kind: 'crashed', detail: expect.stringMatching(/^exit status 1: |SIGXFSZ/) });
    // It had all that it may have, and not a byte more.
    expect(statSync(join(folder, 'child-0/out/big')).size).toBe(limits.outputBytes);
  });

  test('that is killed says how', async () => {
    expect(await runDeed('kill')).toMatchObject({
      kind: 'killed',
      detail: expect.stringContaining('SIGKILL'),
    });
  });

  test('that answers nonsense, or without end, is stopped', async () => {
    expect(await runDeed('babble')).toMatchObject({ kind: 'crashed' });
    expect(await runDeed('flood')).toMatchObject({ kind: 'crashed', detail: 'a reply is too long' });
  });

  test('is killed when the job is aborted', async () => {
    const stopper = new AbortController();
    setTimeout(() => stopper.abort(), 200);
    expect(await runDeed('spin', {}, stopper.signal)).toEqual({ kind: 'aborted' });
    expect(children[0]?.isAlive).toBe(false);
  });

  test('leaves no folder behind', async () => {
    await runDeed('copy');
    await children[0]?.dispose();
    expect(existsSync(join(folder, 'child-0'))).toBe(false);
  });
});
