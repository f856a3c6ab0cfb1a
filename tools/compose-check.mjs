import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runNamedChecks, SkippedCheck } from './named-checks.mjs';

/** What the file asks of its operator; the values only have to be there. */
const REQUIRED_SETTINGS = {
  SILLAGE_DB_PASSWORD: 'x',
  SILLAGE_WORKER_TOKEN: 'x',
  SILLAGE_ORGANISER_TOKEN: 'x',
  SILLAGE_S3_ACCESS_KEY_ID: 'x',
  SILLAGE_S3_SECRET_ACCESS_KEY: 'x',
};

/**
 * @typedef {{
 *   cap_add?: string[],
 *   cap_drop?: string[],
 *   environment?: Record<string, string>,
 *   logging?: { options?: Record<string, string> },
 *   privileged?: boolean,
 *   read_only?: boolean,
 *   security_opt?: string[],
 *   deploy?: { resources?: { reservations?: { devices?: { capabilities?: string[] }[] } } },
 * }} ComposeService
 */

/**
 * @param {{ status: number | null, stdout: string, stderr: string }} result
 * @returns {Record<string, ComposeService>}
 */
function servicesOf({ status, stdout, stderr }) {
  if (status !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout).services;
}

/**
 * @param {string} file
 * @param {RegExp} pattern
 */
const settingsIn = (file, pattern) =>
  new Set([...fs.readFileSync(file, 'utf8').matchAll(pattern)].map(([, name = '']) => name));

/** Any S3 server's image may stand there: what it writes beside its volume is not known. */
const WRITABLE = ['store'];

/**
 * @param {string} id
 * @param {ComposeService} service
 * @returns {string[]} which of the bounds of docs/security.md it lacks
 */
function missingBounds(id, service) {
  const { 'max-size': size, 'max-file': count } = service.logging?.options ?? {};
  const bounds = {
    'cap_drop: [ALL]':
      service.cap_drop?.join() === 'ALL' && service.cap_add === undefined && service.privileged !== true,
    'no-new-privileges': service.security_opt?.includes('no-new-privileges:true'),
    read_only: service.read_only === true || WRITABLE.includes(id),
    'bounded logs': size !== undefined && count !== undefined,
  };
  return Object.entries(bounds).flatMap(([bound, isThere]) => (isThere ? [] : [`${id} has no ${bound}`]));
}

/**
 * @param {string} root
 * @returns {Promise<import('./test-summary.mjs').Summary>}
 */
export function checkCompose(root) {
  const config = (
    /** @type {Record<string, string>} */ settings,
    /** @type {'quiet' | 'json'} */ output,
    /** @type {string[]} */ ...args
  ) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...settings };
    // An operator's own .env must not decide what this says.
    const result = spawnSync(
      'docker-compose',
      ['--env-file', '/dev/null', '-f', path.join(root, 'docker-compose.yml'), ...args].concat(
        'config',
        output === 'quiet' ? ['-q'] : ['--format', 'json'],
      ),
      { env, encoding: 'utf8' },
    );
    if (result.error !== undefined) throw new SkippedCheck('docker-compose is not installed');
    return result;
  };
  return runNamedChecks([
    {
      name: 'docker-compose.yml is valid',
      run: async () => {
        const { status, stderr } = config(REQUIRED_SETTINGS, 'quiet');
        if (status !== 0) throw new Error(stderr.trim());
      },
    },
    {
      name: 'docker-compose.yml is valid with its gpu profile',
      run: async () => {
        const { status, stderr } = config(REQUIRED_SETTINGS, 'quiet', '--profile', 'gpu');
        if (status !== 0) throw new Error(stderr.trim());
      },
    },
    {
      name: '.env.example has the settings of docker-compose.yml, and no others',
      run: async () => {
        const read = settingsIn(path.join(root, 'docker-compose.yml'), /\$\{(\w+)/g);
        const told = settingsIn(path.join(root, '.env.example'), /^(?:# )?(\w+)=/gm);
        const differing = [...read, ...told].filter((name) => !read.has(name) || !told.has(name));
        if (differing.length > 0) throw new Error(`only one of them has ${differing.join(', ')}`);
      },
    },
    {
      name: 'every service of docker-compose.yml has few privileges and bounded logs',
      run: async () => {
        const services = servicesOf(config(REQUIRED_SETTINGS, 'json', '--profile', 'gpu'));
        const missing = Object.entries(services).flatMap(([id, service]) => missingBounds(id, service));
        if (missing.length > 0) throw new Error(missing.join('; '));
      },
    },
    {
      name: 'the gpu profile adds an evaluator that has a card and a runtime for it',
      run: async () => {
        const plain = servicesOf(config(REQUIRED_SETTINGS, 'json'));
        if ('evaluator-gpu' in plain) throw new Error('it is there without its profile');
        const gpu = servicesOf(config(REQUIRED_SETTINGS, 'json', '--profile', 'gpu'))['evaluator-gpu'];
        const devices = gpu?.deploy?.resources?.reservations?.devices ?? [];
        if (!devices.some(({ capabilities }) => capabilities?.includes('gpu')))
          throw new Error(`it reserves ${JSON.stringify(devices)}`);
        const { SILLAGE_RUNTIME: runtime } = gpu?.environment ?? {};
        if (runtime !== 'webgpu') throw new Error(`its runtime is ${runtime}`);
        const chosen = { ...REQUIRED_SETTINGS, SILLAGE_GPU_RUNTIME: 'onnxruntime-cuda' };
        const other = servicesOf(config(chosen, 'json', '--profile', 'gpu'));
        const runtimes = ['evaluator', 'evaluator-gpu'].map((id) => other[id]?.environment?.SILLAGE_RUNTIME);
        if (runtimes.join() !== 'auto,onnxruntime-cuda')
          throw new Error(`the runtimes are ${runtimes.join()}`);
      },
    },
    ...Object.keys(REQUIRED_SETTINGS).map((name) => ({
      name: `docker-compose.yml refuses to start without ${name}`,
      run: async () => {
        const settings = Object.fromEntries(
          Object.entries(REQUIRED_SETTINGS).filter(([key]) => key !== name),
        );
        const { status, stderr } = config(settings, 'quiet');
        if (status === 0 || !stderr.includes(name))
          throw new Error(`accepted: status ${status}, ${stderr.trim() || 'no message'}`);
      },
    })),
  ]);
}
