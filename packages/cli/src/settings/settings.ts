import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandError } from '../command-error.js';

/** Where `npm start` listens. */
const DEFAULT_URL = 'http://127.0.0.1:3000';

export type Environment = Record<string, string | undefined>;
export type ServerSettings = { url: string; token: string | null };

/** Server and token: an option wins over SILLAGE_URL and SILLAGE_TOKEN, those over what `sillage login` stored. */
export function serverSettings(options: { url?: string }, environment: Environment): ServerSettings {
  const stored = readStored(credentialsPath(environment));
  const url = normaliseUrl(options.url ?? environment.SILLAGE_URL ?? stored.current ?? DEFAULT_URL);
  return { url, token: environment.SILLAGE_TOKEN ?? stored.tokens[url] ?? null };
}

/** Keeps a token for `url`, readable by its owner only, and makes `url` the default. */
export function storeToken(url: string, token: string, environment: Environment): string {
  const path = credentialsPath(environment);
  const stored = readStored(path);
  stored.tokens[url] = token;
  writePrivateJson(path, { current: url, tokens: stored.tokens });
  return path;
}

export function normaliseUrl(text: string): string {
  try {
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('not http');
    return url.href.replace(/\/+$/, '');
  } catch (cause) {
    throw new CommandError(
      `'${text}' is not the address of a platform; give it like https://sillage.example.org`,
      { cause },
    );
  }
}

export function credentialsPath(environment: Environment): string {
  return join(
    environment.XDG_CONFIG_HOME ?? join(homeFolder(environment), '.config'),
    'sillage',
    'credentials.json',
  );
}

export function cacheFolder(environment: Environment): string {
  return join(environment.XDG_CACHE_HOME ?? join(homeFolder(environment), '.cache'), 'sillage');
}

/** Written beside and renamed, so that a kill leaves the old file or the new one. */
export function writePrivateJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

export function readJsonFile(path: string): unknown {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new CommandError(`${path} is damaged; remove it and try again`, { cause });
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function homeFolder(environment: Environment): string {
  return environment.HOME ?? homedir();
}

function readStored(path: string): { current: string | null; tokens: Record<string, string> } {
  const stored = readJsonFile(path);
  if (!isRecord(stored)) return { current: null, tokens: {} };
  const tokens: Record<string, string> = {};
  for (const [url, token] of Object.entries(isRecord(stored.tokens) ? stored.tokens : {})) {
    if (typeof token === 'string') tokens[url] = token;
  }
  return { current: typeof stored.current === 'string' ? stored.current : null, tokens };
}
