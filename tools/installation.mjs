import fs from 'node:fs';
import path from 'node:path';
import { assertDiskSpace, CLONE_STATE_FOLDER, lastLines, makeFolder, PlainError, ROOT } from './clone.mjs';
import { runLogged } from './run-command.mjs';

/** npm ci unpacks about 1 GiB. */
const INSTALL_BYTES = 1.5 * 2 ** 30;

/**
 * What the lockfile asks for and node_modules does not hold. npm writes node_modules/.package-lock.json last, so a
 * killed installation shows.
 * @param {string} [root]
 * @returns {string | null} null when everything is there
 */
export function missingFromInstallation(root = ROOT) {
  /** @type {(file: string) => Record<string, { version?: string, optional?: boolean, link?: boolean, resolved?: string }>} */
  const packagesOf = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).packages;
  const wanted = packagesOf('package-lock.json');
  let installed;
  try {
    installed = packagesOf('node_modules/.package-lock.json');
  } catch {
    return 'nothing is installed';
  }
  for (const [place, { version, optional, link }] of Object.entries(wanted)) {
    if (!place.includes('node_modules/') || optional === true) continue;
    const found = installed[place];
    if (found === undefined) return `${place} is not installed`;
    if (link !== true && found.version !== version)
      return `${place} is ${found.version}, the lockfile says ${version}`;
    if (!fs.existsSync(path.join(root, place))) return `${place} was deleted`;
  }
  return null;
}

/**
 * `npm ci`, only when the lockfile and node_modules differ.
 * @param {import('./progress-lines.mjs').Progress} progress
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function ensureInstalled(progress, { signal } = {}) {
  const reason = missingFromInstallation();
  if (reason === null) return;
  makeFolder(ROOT);
  makeFolder(CLONE_STATE_FOLDER, 0o755);
  assertDiskSpace(ROOT, INSTALL_BYTES, 'the installation');
  const logFile = path.join(CLONE_STATE_FOLDER, 'logs', 'install.log');
  makeFolder(path.dirname(logFile));
  fs.rmSync(logFile, { force: true });
  await progress.step('installing packages with npm ci', async () => {
    progress.say(`because ${reason}`);
    // npm itself calls us with its own path; otherwise the one in PATH.
    const npm = process.env.npm_execpath;
    const { node, searchPath } = nodeOutsideOfClone();
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn'];
    // A setting of the caller for another project must not leave out what we build with. ONNX Runtime's install script
    // would download its CUDA part from outside the registry; an operator who wants that runs `npm rebuild` himself.
    const env = {
      ONNXRUNTIME_NODE_INSTALL: 'skip',
      ...process.env,
      PATH: searchPath,
      NODE_ENV: '',
      npm_config_omit: '',
    };
    const status =
      npm !== undefined && /\.c?js$/.test(npm)
        ? await runLogged(node, [npm, ...args], { logFile, env, signal })
        : await runLogged('npm', args, { logFile, env, signal });
    if (status === 127) throw new PlainError('npm is missing: install it beside Node, then start again');
    if (status !== 0)
      throw new PlainError(explainNpmFailure(lastLines(logFile, 400).join('\n')), { logFile });
    const still = missingFromInstallation();
    if (still !== null) throw new PlainError(`npm ci ended well, and yet ${still}`, { logFile });
  });
}

/**
 * Under `npm start` in an installed clone we run on the Node of node_modules, which npm ci is about to delete.
 * @returns {{ node: string, searchPath: string }}
 */
function nodeOutsideOfClone() {
  const modules = path.join(ROOT, 'node_modules') + path.sep;
  const folders = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !`${folder}${path.sep}`.startsWith(modules));
  const inPath = folders.map((folder) => path.join(folder, 'node')).find((file) => fs.existsSync(file));
  const isOurs = fs.realpathSync(process.execPath).startsWith(fs.realpathSync(ROOT) + path.sep);
  return {
    node: isOurs && inPath !== undefined ? inPath : process.execPath,
    searchPath: folders.join(path.delimiter),
  };
}

/**
 * @param {string} output
 * @returns {string}
 */
export function explainNpmFailure(output) {
  if (
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|ERR_SOCKET_TIMEOUT)\b/.test(output)
  ) {
    return 'npm cannot reach the package registry: connect this machine to the network (or set the proxy npm needs) and start again';
  }
  if (
    /\b(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT\w*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_\w+)\b/.test(
      output,
    )
  ) {
    return 'npm does not trust the certificate of the package registry (a proxy in between?): tell it with NODE_EXTRA_CA_CERTS=<file>';
  }
  if (/\bENOSPC\b/.test(output)) return 'the disk is full: npm ci needs about 1.5 GiB';
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output))
    return `this user may not write to ${ROOT}: npm ci cannot install there`;
  if (/can only install packages when your package\.json and package-lock\.json/.test(output)) {
    return 'package.json and package-lock.json differ: run npm install and commit the lockfile';
  }
  return 'npm ci failed';
}
