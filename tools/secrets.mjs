import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { PlainError } from './clone.mjs';

export const SECRETS_FILE = 'secrets.json';

/** @typedef {{ postgresPassword: string, workerToken: string, organiserToken: string }} Secrets */

/**
 * The secrets of this platform, made at its first start and kept readable by its owner only.
 * @param {string} stateFolder
 * @returns {Secrets}
 */
export function ensureSecrets(stateFolder) {
  const file = path.join(stateFolder, SECRETS_FILE);
  if (!fs.existsSync(file)) {
    const random = () => crypto.randomBytes(32).toString('base64url');
    /** @type {Secrets} */
    const secrets = { postgresPassword: random(), workerToken: random(), organiserToken: `sil_${random()}` };
    // Written aside and linked: never seen half, and of two writers the first one wins.
    const half = `${file}.${process.pid}`;
    fs.writeFileSync(half, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    try {
      fs.linkSync(half, file);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    } finally {
      fs.rmSync(half, { force: true });
    }
  }
  /** @type {unknown} */
  let read;
  try {
    read = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new PlainError(`cannot read the secrets in ${file}: ${/** @type {Error} */ (cause).message}`, {
      cause,
    });
  }
  const secrets = /** @type {Record<string, unknown>} */ (read);
  for (const name of ['postgresPassword', 'workerToken', 'organiserToken']) {
    if (typeof secrets?.[name] !== 'string')
      throw new PlainError(
        `${file} has no '${name}': put it back, or delete the state folder to start afresh`,
      );
  }
  return /** @type {Secrets} */ (read);
}
