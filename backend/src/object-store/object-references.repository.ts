import { Injectable } from '@nestjs/common';
import { STORED_KINDS, type StoredKind } from '@sillage/contracts';
import { Database } from '../database/database.js';
import { OBJECT_REFERENCES } from './object-references.js';

/** What refers to objects, in every table that does. */
@Injectable()
export class ObjectReferencesRepository {
  constructor(private readonly database: Database) {}

  /** Everything that is referred to, as the first of the kinds that it is. @param usedSince - uploads that were used earlier do not count. */
  async list(usedSince: Date): Promise<Map<string, StoredKind>> {
    const rows = await this.database.query<{ sha256: string; rank: number }>(
      `select sha256, min(array_position($2::text[], kind)) as rank from (${OBJECT_REFERENCES}) r
       where sha256 is not null group by sha256`,
      [usedSince, STORED_KINDS],
    );
    return new Map(rows.map(({ sha256, rank }) => [sha256, kindOf(rank)]));
  }

  /** Those of some objects that are referred to. */
  async findAmong(sha256s: readonly string[], usedSince: Date): Promise<Set<string>> {
    const rows = await this.database.query<{ sha256: string }>(
      `select distinct sha256 from (${OBJECT_REFERENCES}) r where sha256 = any($2::text[])`,
      [usedSince, sha256s],
    );
    return new Set(rows.map(({ sha256 }) => sha256));
  }
}

function kindOf(rank: number): StoredKind {
  const kind = STORED_KINDS[rank - 1];
  if (kind === undefined) throw new Error(`there is no kind ${rank} of objects`);
  return kind;
}
