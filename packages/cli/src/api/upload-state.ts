import { join } from 'node:path';
import { cacheFolder, isRecord, readJsonFile, writePrivateJson } from '../settings/settings.js';
import type { Environment } from '../settings/settings.js';

const KEPT_UPLOADS = 50;

/** Remembers the address of each unfinished upload by server and content, so that the same file goes on where it stopped. */
export class UploadState {
  private readonly path: string;

  constructor(environment: Environment) {
    this.path = join(cacheFolder(environment), 'uploads.json');
  }

  find(server: string, sha256: string): string | null {
    return this.read()[keyOf(server, sha256)] ?? null;
  }

  remember(server: string, sha256: string, uploadUrl: string): void {
    const { [keyOf(server, sha256)]: _old, ...others } = this.read();
    const kept = Object.entries(others).slice(-(KEPT_UPLOADS - 1));
    writePrivateJson(this.path, Object.fromEntries([...kept, [keyOf(server, sha256), uploadUrl]]));
  }

  forget(server: string, sha256: string): void {
    const { [keyOf(server, sha256)]: forgotten, ...others } = this.read();
    if (forgotten !== undefined) writePrivateJson(this.path, others);
  }

  private read(): Record<string, string> {
    const stored = readJsonFile(this.path);
    if (!isRecord(stored)) return {};
    return Object.fromEntries(
      Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }
}

function keyOf(server: string, sha256: string): string {
  return `${server} ${sha256}`;
}
