import { spawnSync } from 'node:child_process';
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
 * @param {string} root
 * @returns {Promise<import('./test-summary.mjs').Summary>}
 */
export function checkCompose(root) {
  const config = (/** @type {Record<string, string>} */ settings, /** @type {string[]} */ ...args) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...settings };
    // An operator's own .env must not decide what this says.
    const result = spawnSync(
      'docker-compose',
      ['--env-file', '/dev/null', '-f', path.join(root, 'docker-compose.yml'), ...args, 'config', '-q'],
      {
        env,
        encoding: 'utf8',
      },
    );
    if (result.error !== undefined) throw new SkippedCheck('docker-compose is not installed');
    return result;
  };
  return runNamedChecks([
    {
      name: 'docker-compose.yml is valid',
      run: async () => {
        const { status, stderr } = config(REQUIRED_SETTINGS);
        if (status !== 0) throw new Error(stderr.trim());
      },
    },
    {
      name: 'docker-compose.yml is valid with its gpu profile',
      run: async () => {
        const { status, stderr } = config(REQUIRED_SETTINGS, '--profile', 'gpu');
        if (status !== 0) throw new Error(stderr.trim());
      },
    },
    ...Object.keys(REQUIRED_SETTINGS).map((name) => ({
      name: `docker-compose.yml refuses to start without ${name}`,
      run: async () => {
        const settings = Object.fromEntries(
          Object.entries(REQUIRED_SETTINGS).filter(([key]) => key !== name),
        );
        const { status, stderr } = config(settings);
        if (status === 0 || !stderr.includes(name))
          throw new Error(`accepted: status ${status}, ${stderr.trim() || 'no message'}`);
      },
    })),
  ]);
}
