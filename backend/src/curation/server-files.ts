import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { ServerFileList } from '@sillage/contracts';
import { DatasetFolderFiles } from '../challenge-registration/dataset-folder-files.js';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import type { StoredObject } from '../object-store/object-store.js';

const NOT_CONFIGURED =
  'This platform has no folder of incoming dataset files: its operator sets SILLAGE_INCOMING_DIR.';

/** The folder in which an operator lays dataset files that are too large to be uploaded. */
@Injectable()
export class ServerFiles {
  constructor(
    private readonly files: DatasetFolderFiles,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Plain files only: no folders, no links, nothing hidden. */
  async list(): Promise<ServerFileList> {
    const folder = this.config.incomingFolder;
    if (folder === null) return { files: [], reason: NOT_CONFIGURED };
    const names = await this.#names(folder);
    if (names === null)
      return { files: [], reason: 'The folder of incoming dataset files cannot be read: is it there?' };
    const files = [];
    for (const name of names) {
      // One that was taken away since is left out.
      const status = await stat(path.join(folder, name)).catch(() => null);
      if (status !== null) files.push({ name, sizeBytes: status.size });
    }
    return { files, reason: files.length === 0 ? 'The folder of incoming dataset files is empty.' : null };
  }

  /** Only what the list shows: no path, however it is written, leads out of the folder. */
  async take(name: string): Promise<StoredObject> {
    const folder = this.config.incomingFolder;
    if (folder === null) throw new DomainError('file-not-found', NOT_CONFIGURED);
    const names = (await this.#names(folder)) ?? [];
    if (!names.includes(name)) {
      throw new DomainError('file-not-found', `The folder of incoming dataset files has no file '${name}'.`, {
        fix: 'GET /api/curation/server-files lists those that it has.',
      });
    }
    const object = await this.files.take(path.join(folder, name));
    if (object.sizeBytes === 0) throw new DomainError('invalid-request', `'${name}' is empty.`);
    return object;
  }

  /** @returns null where the folder cannot be read. */
  async #names(folder: string): Promise<string[] | null> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
    if (entries === null) return null;
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  }
}
