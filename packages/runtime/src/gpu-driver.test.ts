import { describe, expect, it, vi } from 'vitest';
import { driverEnvironment, driverHint, type DriverMachine } from './gpu-driver.js';

function machine(
  files: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  platform = 'linux',
): DriverMachine {
  return {
    platform,
    environment,
    exists: (path) => files.includes(path),
    list: (folder) =>
      files.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
  };
}

const CARD = '/dev/nvidiactl';
const USUAL = '/etc/vulkan/icd.d/nvidia_icd.json';
const ELSEWHERE = '/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json';

describe('driverEnvironment', () => {
  it('names the driver of a card that no loader would find', () => {
    expect(driverEnvironment(machine([CARD, ELSEWHERE]))).toEqual({ VK_ICD_FILENAMES: ELSEWHERE });
  });

  it('leaves it to the loader where the driver is at its usual place, or there is no card', () => {
    expect(driverEnvironment(machine([CARD, USUAL, ELSEWHERE]))).toEqual({});
    expect(driverEnvironment(machine([ELSEWHERE]))).toEqual({});
    expect(driverEnvironment(machine([CARD, '/usr/share/vulkan/icd.d/lvp_icd.json']))).toEqual({});
  });

  it('passes on what an operator set, and nothing else', () => {
    const environment = {
      VK_DRIVER_FILES: '/mine.json',
      LD_LIBRARY_PATH: '/usr/local/nvidia/lib64',
      CUDA_VISIBLE_DEVICES: '',
      SILLAGE_EVALUATOR_TOKEN: 'a secret',
    };
    expect(driverEnvironment(machine([CARD, ELSEWHERE], environment))).toEqual({
      VK_DRIVER_FILES: '/mine.json',
      LD_LIBRARY_PATH: '/usr/local/nvidia/lib64',
    });
  });

  it('asks this machine where it is told of no other', () => {
    vi.stubEnv('VK_DRIVER_FILES', '/mine.json');
    vi.stubEnv('SILLAGE_WORKER_TOKEN', 'a secret');
    try {
      const found = driverEnvironment();
      expect(found).toMatchObject({ VK_DRIVER_FILES: '/mine.json' });
      expect(found).not.toHaveProperty('SILLAGE_WORKER_TOKEN');
      expect(Object.values(found)).not.toContain('');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('driverHint', () => {
  it.each([
    { name: 'a card without the file', of: machine([CARD]), hint: /libvulkan1.*NVIDIA_DRIVER_CAPABILITIES/ },
    {
      name: 'a file that does not load',
      of: machine([CARD, USUAL]),
      hint: /nvidia_icd\.json.*libEGL_nvidia/,
    },
    {
      name: 'a variable that misleads',
      of: machine([CARD], { VK_ICD_FILENAMES: '/lvp.json' }),
      hint: /VK_ICD_FILENAMES=\/lvp\.json/,
    },
    { name: 'another maker', of: machine(['/dev/dri']), hint: /mesa-vulkan-drivers/ },
    { name: 'another system', of: machine([], {}, 'win32'), hint: /driver/ },
  ])('knows what to do about $name', ({ of, hint }) => {
    expect(driverHint(of)).toMatch(hint);
  });
});
