import { text } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { mapManifestSchema, type MapManifest } from '@sillage/contracts';
import { ObjectStore } from '../object-store/object-store.js';

const MAX_KEPT = 50;

/** Map manifests by content: a viewer asks for many frames of the same maps. */
@Injectable()
export class MapManifests {
  readonly #kept = new Map<string, MapManifest>();

  constructor(private readonly store: ObjectStore) {}

  async read(sha256: string): Promise<MapManifest> {
    const kept = this.#kept.get(sha256);
    if (kept !== undefined) return kept;
    const manifest = mapManifestSchema.parse(JSON.parse(await text(await this.store.open(sha256))));
    this.#kept.set(sha256, manifest);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_KEPT && !oldest.done) this.#kept.delete(oldest.value);
    return manifest;
  }
}
