import { describe, expect, test } from 'vitest';
import { mayHaveGpu, type Machine } from './gpu-device-files.js';

const machine = (changes: Partial<Machine>): Machine => ({
  platform: 'linux',
  canRead: () => true,
  exists: () => false,
  ...changes,
});

describe('mayHaveGpu', () => {
  test.each([
    { name: 'Linux without a device file', of: machine({}), expected: false },
    { name: 'a card of DRM', of: machine({ exists: (path) => path === '/dev/dri' }), expected: true },
    {
      name: 'a container with NVIDIA',
      of: machine({ exists: (path) => path === '/dev/nvidiactl' }),
      expected: true,
    },
    { name: 'a process that may not look', of: machine({ canRead: () => false }), expected: true },
    { name: 'another system', of: machine({ platform: 'darwin' }), expected: true },
  ])('is $expected for $name', ({ of, expected }) => {
    expect(mayHaveGpu(of)).toBe(expected);
  });

  test('answers for this machine', () => {
    expect(typeof mayHaveGpu()).toBe('boolean');
  });
});
