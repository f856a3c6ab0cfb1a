// What the tests need from the system: installed through apt where that is possible, named where it is not.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * @typedef {object} Requirement
 * @property {string} purpose
 * @property {string[]} packages Debian packages
 * @property {() => boolean} isThere
 */

export const PYTHON = '/usr/bin/python3';
/** Without windows the same browser takes a fifth less of the processor. */
const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
/** @returns {string} the browser of the tests, whether it is installed or not */
export const chromium = () =>
  process.env.SILLAGE_CHROMIUM || (BROWSERS.find((file) => fs.existsSync(file)) ?? BROWSERS[0] ?? '');

const hasPythonModules = (/** @type {string[]} */ ...modules) =>
  fs.existsSync(PYTHON) &&
  spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' }).status === 0;
/** Finds them without importing: torch alone takes seconds. */
const findsPythonModules = (/** @type {string[]} */ ...modules) =>
  fs.existsSync(PYTHON) &&
  spawnSync(
    PYTHON,
    [
      '-c',
      'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))',
    ].concat(modules),
    { stdio: 'ignore' },
  ).status === 0;
const hasCommand = (/** @type {string} */ name) =>
  (process.env.PATH ?? '').split(':').some((folder) => fs.existsSync(`${folder}/${name}`)) ||
  fs.existsSync(`/usr/bin/${name}`);

/** Any driver's: a GPU's or Mesa's for the CPU. */
const hasVulkanDriver = () =>
  ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].some(
    (folder) => fs.existsSync(folder) && fs.readdirSync(folder).length > 0,
  );
/** @type {Requirement} */
export const STARTER_KIT = {
  purpose: 'the run of the starter kit',
  packages: [
    'python3-nbclient',
    'python3-ipykernel',
    'python3-torch',
    'python3-matplotlib',
    'python3-xarray',
    'python3-netcdf4',
    'python3-scipy',
  ],
  isThere: () =>
    findsPythonModules('nbclient', 'ipykernel', 'torch', 'matplotlib', 'xarray', 'netCDF4', 'scipy'),
};

/** @type {Requirement} */
export const NOTEBOOKS = {
  purpose: 'the run of the notebooks that compute published scores again',
  packages: [
    'python3-nbclient',
    'python3-ipykernel',
    'python3-matplotlib',
    'python3-xarray',
    'python3-netcdf4',
    'python3-scipy',
  ],
  isThere: () =>
    findsPythonModules('nbclient', 'ipykernel', 'matplotlib', 'contourpy', 'xarray', 'netCDF4', 'scipy'),
};

/** @type {Requirement[]} */
export const REQUIREMENTS = [
  {
    purpose: 'the browser tests',
    packages: ['chromium-headless-shell'],
    isThere: () => fs.existsSync(chromium()),
  },
  {
    purpose: 'the check that xarray opens what we write',
    packages: ['python3-xarray', 'python3-netcdf4', 'python3-scipy'],
    isThere: () => hasPythonModules('xarray', 'netCDF4', 'scipy'),
  },
  {
    purpose: 'the check that ncdump reads what we write',
    packages: ['netcdf-bin'],
    isThere: () => hasCommand('ncdump'),
  },
  {
    purpose: 'the check of docker-compose.yml',
    packages: ['docker-compose'],
    isThere: () => hasCommand('docker-compose'),
  },
  {
    purpose: 'the tests of the S3 store',
    packages: ['python3-moto', 'python3-flask-cors'],
    isThere: () => hasPythonModules('moto.server'),
  },
  {
    purpose: 'the tests of our GPU kernels on the CPU',
    packages: ['libvulkan1', 'mesa-vulkan-drivers'],
    isThere: hasVulkanDriver,
  },
  NOTEBOOKS,
  STARTER_KIT,
];

/**
 * @param {import('./progress-lines.mjs').Progress} progress
 * @returns {Promise<Requirement[]>} what is still missing
 */
export async function ensureSystemPackages(progress) {
  const missing = REQUIREMENTS.filter((requirement) => !requirement.isThere());
  if (missing.length === 0) return [];
  const packages = [...new Set(missing.flatMap((requirement) => requirement.packages))];
  if (process.getuid?.() === 0 && hasCommand('apt-get')) {
    await progress.step(`installing ${packages.join(', ')} with apt-get`, async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const apt = (/** @type {string[]} */ ...args) =>
        execFileSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
          env,
          stdio: ['ignore', 'ignore', 'pipe'],
          timeout: 900_000,
        });
      try {
        apt('update');
        apt('install', '-y', '--no-install-recommends', ...packages);
      } catch (error) {
        const stderr = String(/** @type {{ stderr?: unknown }} */ (error).stderr ?? error).trim();
        progress.say(`apt-get failed: ${stderr.split('\n').slice(-3).join(' ')}`);
      }
    });
  }
  const still = missing.filter((requirement) => !requirement.isThere());
  for (const { purpose, packages: names } of still) {
    progress.say(
      `${purpose} will be skipped: needs ${names.join(', ')} (on Debian: sudo apt-get install ${names.join(' ')})`,
    );
  }
  return still;
}
