import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { check } from '../steps/check.js';
import { predict } from '../steps/predict.js';
import { products } from '../steps/products.js';
import { score } from '../steps/score.js';
import type { AnyStep } from '../steps/step.js';
import { waitFor } from '../testing/wait-for.js';
import { codeFolders, probeIsolation } from './isolation.js';
import { WarmChildren } from './warm-children.js';

const installationFolder = fileURLToPath(new URL('../../../', import.meta.url));
const childrenFolder = fileURLToPath(new URL('../../test/children/', import.meta.url));
const limits = { memoryBytes: 2 ** 29, outputBytes: 2 ** 20, wallClockMs: 200_000 };

let folder = '';
let children: WarmChildren;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-warm-'));
  children = new WarmChildren({
    folder,
    entryFile: join(childrenFolder, 'hostile.mjs'),
    codeFolders: [...codeFolders(installationFolder), childrenFolder],
    limits: { check: limits, score: limits, map: limits, predict: limits, inspect: limits },
    isolation: probeIsolation(),
  });
});
afterEach(async () => {
  await children.close();
  rmSync(folder, { recursive: true, force: true });
});

const folderCount = (): number => readdirSync(folder).length;

describe('WarmChildren', () => {
  test('has one child of each profile started before any job comes', async () => {
    expect(folderCount()).toBe(2);
    const child = children.take(check);
    await child.ready();
    expect(folderCount()).toBe(2);
    expect(child.isAlive).toBe(true);
  });

  test('never gives a child twice, and fills up only when nothing urgent runs', async () => {
    const first = children.take(check);
    const second = children.take(check);
    expect(first.processId).not.toBe(second.processId);
    expect(folderCount()).toBe(3); // two checks, the spare score child
    await children.giveBack(first);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(folderCount()).toBe(2);
    await children.giveBack(second);
    await waitFor('the spare check child', () => folderCount() === 2);
    expect(children.take(check).processId).not.toBe(second.processId);
  });

  test('starts products on a child of their own at low priority, and leaves the spare one to the next score', async () => {
    const later = children.take(products);
    await later.ready();
    expect(getPriority(later.processId)).toBe(10);
    expect(folderCount()).toBe(3);
    const next = children.take(score);
    await next.ready();
    expect(getPriority(next.processId)).toBe(0);
    expect(folderCount()).toBe(3);
  });

  test('replaces spare children that died', async () => {
    await waitFor('two spare children', () => childrenOfThisProcess().filter(isOurs).length === 2);
    const spare = childrenOfThisProcess().filter(isOurs);
    for (const processId of spare) process.kill(processId, 'SIGKILL');
    await waitFor('both to be gone', () => !childrenOfThisProcess().some((id) => spare.includes(id)));
    const child = children.take(check);
    await child.ready();
    expect(child.isAlive).toBe(true);
    expect(spare).not.toContain(child.processId);
  });
});

function childrenOfThisProcess(): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(/\s+/).map(Number);
}

function isOurs(processId: number): boolean {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8').includes(join(childrenFolder, 'hostile.mjs'));
  } catch {
    return false; // another one, which has just ended
  }
}

describe('the environment of a warm child', () => {
  test('tells where the driver of a GPU is, to a child that runs networks only, and nothing else', async () => {
    vi.stubEnv('VK_DRIVER_FILES', '/opt/card/icd.json');
    vi.stubEnv('SILLAGE_EVALUATOR_TOKEN', 'a secret');
    const seen = await environmentOf(predict);
    expect(JSON.parse(seen)).toMatchObject({ VK_DRIVER_FILES: '/opt/card/icd.json' });
    expect(seen).not.toContain('secret');
    expect(await environmentOf(products)).toBe('{}');
    vi.unstubAllEnvs();
  });
});

/** As JSON. */
async function environmentOf(step: AnyStep): Promise<string> {
  const child = children.take(step);
  const { outputFolder } = child;
  const end = await child.run(
    check,
    {
      step: 'check',
      inputPath: join(child.inputFolder, 'upload.nc'),
      fileName: 'environment',
      variable: null,
      tasks: [],
      onlyCovered: false,
      outputFolder,
    },
    { signal: new AbortController().signal },
  );
  return end.kind === 'error' ? end.message : end.kind;
}
