import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where loaders of Vulkan look by themselves for the files that name a driver. */
const USUAL_FOLDERS = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
/** Where images and clusters put NVIDIA's instead. */
const OTHER_NVIDIA_FILES = [
  '/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json',
  '/usr/local/nvidia/vulkan/icd.d/nvidia_icd.json',
  '/opt/nvidia/share/vulkan/icd.d/nvidia_icd.json',
  '/run/opengl-driver/share/vulkan/icd.d/nvidia_icd.x86_64.json',
];
const NVIDIA_DEVICES = ['/dev/nvidiactl', '/dev/nvidia0'];

/** Any of these says which drivers to take; the last one only adds some. */
const DRIVER_VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'] as const;
/** Of the environment, what the drivers of a GPU go by: no secret is among it. */
const PASSED_VARIABLES = [
  ...DRIVER_VARIABLES,
  'LD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_VISIBLE_DEVICES',
] as const;

/** What the question depends on; a test passes its own. */
export type DriverMachine = {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** False where this process may not look. */
  readonly exists: (path: string) => boolean;
  /** Names of the files of a folder; none where there is no such folder, or this process may not look. */
  readonly list: (folder: string) => readonly string[];
};

const THIS_MACHINE: DriverMachine = {
  platform: process.platform,
  environment: process.env,
  exists: (path) => {
    try {
      return existsSync(path);
    } catch {
      return false; // a process that may not look: Node's permission model throws
    }
  },
  list: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
};

/**
 * The variables that a process needs to find the driver of this machine's GPU: those that are set, and where NVIDIA's driver
 * lies at a place at which no loader looks by itself, a variable that names it (the old name, which every loader knows).
 */
export function driverEnvironment(machine: DriverMachine = THIS_MACHINE): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of PASSED_VARIABLES) {
    const value = machine.environment[name];
    if (value !== undefined && value !== '') found[name] = value;
  }
  if (DRIVER_VARIABLES.some((name) => name in found) || !hasNvidia(machine)) return found;
  if (usualNvidiaFiles(machine).length > 0) return found;
  const elsewhere = OTHER_NVIDIA_FILES.find((path) => machine.exists(path));
  return elsewhere === undefined ? found : { ...found, VK_ICD_FILENAMES: elsewhere };
}

/** What to do where a GPU is there and its driver does not answer. */
export function driverHint(machine: DriverMachine = THIS_MACHINE): string {
  if (machine.platform !== 'linux') return "update the GPU's driver";
  const steps = [
    'install the loader of Vulkan (Debian, Ubuntu: libvulkan1; NVIDIA also wants libx11-6 and libxext6)',
  ];
  if (!hasNvidia(machine)) {
    steps.push("install the GPU's Vulkan driver (AMD, Intel: mesa-vulkan-drivers)");
    return steps.join('; ');
  }
  const named = DRIVER_VARIABLES.find((name) => (machine.environment[name] ?? '') !== '');
  const files = [...usualNvidiaFiles(machine), ...OTHER_NVIDIA_FILES.filter((path) => machine.exists(path))];
  if (named !== undefined)
    steps.push(`see that ${named}=${machine.environment[named]!} names NVIDIA's driver`);
  if (files.length > 0) {
    steps.push(
      `see that the library that ${files[0]!} names is found (libGLX_nvidia.so.0, without a display libEGL_nvidia.so.0 in its place; LD_LIBRARY_PATH)`,
    );
  } else {
    steps.push(
      "a container needs the driver's graphics part: NVIDIA_DRIVER_CAPABILITIES=compute,graphics,utility; then set VK_DRIVER_FILES to its nvidia_icd.json",
    );
  }
  return steps.join('; ');
}

function hasNvidia({ platform, exists }: DriverMachine): boolean {
  return platform === 'linux' && NVIDIA_DEVICES.some((path) => exists(path));
}

function usualNvidiaFiles({ list }: DriverMachine): string[] {
  return USUAL_FOLDERS.flatMap((folder) =>
    list(folder)
      .filter((name) => /^nvidia.*\.json$/.test(name))
      .map((name) => join(folder, name)),
  );
}
