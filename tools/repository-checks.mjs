// Checks over the names and the text of tracked files: names that say something, no registry host in the lockfile,
// no secret, no dead link in the documentation, no file cited that is not there.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** @typedef {{ file: string, text: string }} TrackedFile */

const TEXT_BYTES = 2 * 2 ** 20;

/**
 * @param {string} root
 * @returns {string[]} tracked files and new ones that git does not ignore
 */
export function listFiles(root) {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return output.split('\0').filter((file) => file !== '' && fs.existsSync(path.join(root, file)));
}

/**
 * @param {string} root
 * @param {string[]} files
 * @returns {TrackedFile[]} those that hold text
 */
export function readTextFiles(root, files) {
  return files.flatMap((file) => {
    const full = path.join(root, file);
    const stat = fs.statSync(full);
    if (!stat.isFile() || stat.size > TEXT_BYTES) return [];
    const bytes = fs.readFileSync(full);
    return bytes.subarray(0, 8_000).includes(0) ? [] : [{ file, text: bytes.toString('utf8') }];
  });
}

/**
 * An address in the lockfile would send every machine to the registry of the one that wrote it.
 * @param {string} lockfile
 * @returns {string[]} problems
 */
export function registryHosts(lockfile) {
  /** @type {{ packages?: Record<string, { resolved?: string }> }} */
  const { packages = {} } = JSON.parse(lockfile);
  return Object.entries(packages)
    .filter(([, { resolved }]) => resolved !== undefined && /^[a-z+]+:\/\//i.test(resolved))
    .map(
      ([name, { resolved }]) =>
        `package-lock.json: ${name} is resolved to ${resolved}: keep omit-lockfile-registry-resolved=true in .npmrc and run npm install`,
    );
}

const CODE = /\.(?:ts|tsx|mts|mjs|cjs)$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const VAGUE = /^(utils?|helpers?|misc|shared|common)$/;
const ENUM = /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+\s*\{/m;

/**
 * Names of files and folders of code, and the one construct that the linter has no rule for.
 * @param {TrackedFile[]} files
 * @returns {string[]} problems
 */
export function badNames(files) {
  return files
    .filter(({ file }) => CODE.test(file))
    .flatMap(({ file, text }) => {
      const [base = '', ...folders] = file.split('/').reverse();
      const vague = folders.find((folder) => VAGUE.test(folder));
      const found = ENUM.exec(text);
      return [
        ...(KEBAB_CASE.test(base) ? [] : [`${file}: name the file in kebab-case, not '${base}'`]),
        ...(vague === undefined ? [] : [`${file}: '${vague}' names no thing: say what is in the folder`]),
        ...(found === null ? [] : [`${file}:${lineOf(text, found)}: use a union of strings, not an enum`]),
      ];
    });
}

/**
 * @param {string} text
 * @param {RegExpExecArray | RegExpMatchArray} match
 * @returns {number} the line of its first character that is no space
 */
const lineOf = (text, match) => text.slice(0, (match.index ?? 0) + match[0].search(/\S/)).split('\n').length;

/** @type {{ what: string, pattern: RegExp }[]} */
const SECRETS = [
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/ },
  { what: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/ },
  { what: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: 'an npm credential', pattern: /^\s*\/\/[^\s]+:_(?:authToken|password|auth)\s*=/m },
  { what: 'a Sillage API token', pattern: /\bsil_[A-Za-z0-9_-]{40,}\b/ },
  {
    what: 'a password in a URL',
    pattern:
      /\b(?:postgres(?:ql)?|https?|amqp|redis):\/\/[A-Za-z0-9_.-]+:(?!\$\{|password@|secret@|test@|x@)[^@\s/'"`$<{]{8,}@(?!127\.0\.0\.1|localhost)/,
  },
];

/**
 * @param {TrackedFile[]} files
 * @returns {string[]} problems
 */
export function plantedSecrets(files) {
  const problems = [];
  for (const { file, text } of files) {
    if (/(^|\/)\.env$/.test(file))
      problems.push(`${file}: an .env file holds secrets and must not be tracked`);
    for (const { what, pattern } of SECRETS) {
      const match = pattern.exec(text);
      if (match === null) continue;
      problems.push(`${file}:${lineOf(text, match)}: looks like ${what}`);
    }
  }
  return problems;
}

/**
 * Relative links and images of Markdown files that lead nowhere.
 * @param {TrackedFile[]} files
 * @param {(file: string) => boolean} exists path relative to the root, of a file or a folder
 * @returns {string[]} problems
 */
export function deadLinks(files, exists) {
  const problems = [];
  for (const { file, text } of files) {
    if (!file.endsWith('.md')) continue;
    const prose = text
      .replace(/^(```|~~~)[\s\S]*?^\1/gm, (code) => code.replace(/[^\n]/g, ' '))
      .replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
    for (const match of prose.matchAll(
      /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*(\S+)|<(?:img|a)\s[^>]*?(?:src|href)="([^"]+)"/gm,
    )) {
      const target = match[1] ?? match[2] ?? match[3] ?? '';
      if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith('//')) continue;
      const line = lineOf(prose, match);
      const [place = '', anchor] = target.split('#');
      const resolved =
        place === ''
          ? file
          : path.posix.normalize(
              place.startsWith('/')
                ? place.slice(1)
                : path.posix.join(path.posix.dirname(file), decodeURIComponent(place)),
            );
      if (resolved.startsWith('..'))
        problems.push(`${file}:${line}: the link '${target}' leaves the repository`);
      else if (!exists(resolved)) problems.push(`${file}:${line}: the link '${target}' leads nowhere`);
      else if (anchor !== undefined && anchor !== '' && resolved.endsWith('.md')) {
        const destination = files.find((other) => other.file === resolved);
        if (destination !== undefined && !headingAnchors(destination.text).has(anchor)) {
          problems.push(`${file}:${line}: '${resolved}' has no heading '#${anchor}'`);
        }
      }
    }
  }
  return problems;
}

/**
 * The anchors that a forge gives to the headings of a Markdown file.
 * @param {string} text
 */
function headingAnchors(text) {
  const anchors = new Set();
  for (const [, heading = ''] of text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading
      .replace(/`|\*|\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let repeat = 1; anchors.has(anchor); repeat += 1) anchor = `${slug}-${repeat}`;
    anchors.add(anchor);
  }
  for (const [, id] of text.matchAll(/<a\s[^>]*(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** What says with which files something is done. */
const CITING = new Set(['docs/security.md', 'docs/reliability.md', 'docs/ARCHITECTURE.md']);

/**
 * Files of code that such a page names, in backticks and by the end of their path, and that are nowhere.
 * @param {TrackedFile[]} files
 * @returns {string[]} problems
 */
export function citedNowhere(files) {
  return files
    .filter(({ file }) => CITING.has(file))
    .flatMap(({ file: page, text }) =>
      [...text.matchAll(/`([\w./-]+\.(?:tsx?|mjs|ya?ml))`/g)]
        .filter(([, cited = '']) => !files.some(({ file }) => `/${file}`.endsWith(`/${cited}`)))
        .map((match) => `${page}:${lineOf(text, match)}: there is no file '${match[1]}'`),
    );
}
