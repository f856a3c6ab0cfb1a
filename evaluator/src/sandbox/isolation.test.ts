import { describe, expect, test } from 'vitest';
import { isolationPrefix, permissionFlags } from './isolation.js';

const limits = { memoryBytes: 2 ** 30, outputBytes: 1000, wallClockMs: 60_000 };

describe('isolationPrefix', () => {
  test('is empty where the machine has nothing to offer', () => {
    expect(isolationPrefix({ network: 'open', hasSetpriv: false, hasPrlimit: false }, limits)).toEqual([]);
  });

  test('cuts the network first, while that is still permitted, then gives up privileges, then sets limits', () => {
    const prefix = isolationPrefix({ network: 'namespace', hasSetpriv: true, hasPrlimit: true }, limits);
    const commands = prefix.filter((word) => ['unshare', 'setpriv', 'prlimit'].includes(word));
    expect(commands).toEqual(['unshare', 'setpriv', 'prlimit']);
    expect(prefix).toContain('--fsize=1000');
    expect(prefix.at(-1)).toBe('--');
  });
});

describe('permissionFlags', () => {
  const folders = { codeFolders: ['/code/'], readFolders: ['/job/in/'], writeFolders: ['/job/out/'] };
  const nothing = { mayStartThreads: false, mayLoadAddons: false };

  test('allow reading code and input, writing output, and nothing else', () => {
    const [model, ...rest] = permissionFlags({ ...folders, ...nothing });
    expect(model).toMatch(/^--(experimental-)?permission$/);
    expect(rest).toEqual([
      '--allow-fs-read=/code/',
      '--allow-fs-read=/job/in/',
      '--allow-fs-write=/job/out/',
    ]);
  });

  test('allow threads only when asked', () => {
    expect(permissionFlags({ ...folders, ...nothing, mayStartThreads: true })).toContain('--allow-worker');
  });

  test('allow native libraries only when asked', () => {
    expect(permissionFlags({ ...folders, ...nothing, mayLoadAddons: true })).toContain('--allow-addons');
  });
});
