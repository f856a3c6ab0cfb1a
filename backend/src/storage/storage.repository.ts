import { Injectable } from '@nestjs/common';
import { STORED_KINDS, type StoredKind } from '@sillage/contracts';
import { Database } from '../database/database.js';

/** What a re-score brought that was not promoted, and never will be. */
const isGivenUp = (rescoreId: string): string =>
  `exists (select 1 from rescores r where r.id = ${rescoreId} and r.state in ('discarded', 'cancelled'))`;

/**
 * Steps that a worker does or may yet do. One that failed may be tried again with the same payload, as long as nothing took the
 * place of its evaluation.
 */
const LIVE_JOBS = `
  select j.payload from jobs j
  where j.state in ('queued', 'leased')
    or j.state = 'failed' and j.stress_run_id is null and exists (
      select 1 from evaluations e
      where e.submission_id = j.submission_id and (j.evaluation_id is null or e.id = j.evaluation_id)
        and e.state = 'failed' and not exists (
          select 1 from evaluations later
          where later.submission_id = e.submission_id and later.task_id = e.task_id
            and later.dataset_version_id = e.dataset_version_id and later.protocol = e.protocol
            and later.rescore_id is not distinct from e.rescore_id
            and (later.created_at, later.id) > (e.created_at, e.id)))`;

/** Every reference to an object that there is. One statement: a reference that moves while it runs is seen here or there. */
const REFERENCES = `
  select sha256, 'dataset' as kind from dataset_files
  union all select sha256, 'draft' from draft_files
  union all select sha256, 'submission' from submissions s where not ${isGivenUp('s.rescore_id')}
  union all select network_sha256, 'network' from submissions s where not ${isGivenUp('s.rescore_id')}
  union all select canonical_sha256, 'map' from submissions s where not ${isGivenUp('s.rescore_id')}
  union all select canonical_sha256, 'map' from evaluations e where not ${isGivenUp('e.rescore_id')}
  union all select a.sha256, 'product' from artefacts a join evaluations e on e.id = a.evaluation_id
    where not ${isGivenUp('e.rescore_id')}
  union all select sha256, 'upload' from uploads where used_at is null or used_at > $1
  union all select found[1], 'job' from (${LIVE_JOBS}) live,
    regexp_matches(live.payload::text, '"([0-9a-f]{64})"', 'g') found`;

export type Collection = {
  id: string;
  startedAt: Date;
  finishedAt: Date;
  startedBy: string;
  removed: { count: number; sizeBytes: number };
  leftovers: { count: number; sizeBytes: number };
  remainingCount: number;
};

@Injectable()
export class StorageRepository {
  constructor(private readonly database: Database) {}

  /** Everything that is referred to, as the first of the kinds that it is. @param usedSince - uploads that were used earlier do not count. */
  async listReferences(usedSince: Date): Promise<Map<string, StoredKind>> {
    const rows = await this.database.query<{ sha256: string; rank: number }>(
      `select sha256, min(array_position($2::text[], kind)) as rank from (${REFERENCES}) r
       where sha256 is not null group by sha256`,
      [usedSince, STORED_KINDS],
    );
    return new Map(rows.map(({ sha256, rank }) => [sha256, kindOf(rank)]));
  }

  /** Those of some objects that are referred to. */
  async findReferenced(sha256s: readonly string[], usedSince: Date): Promise<Set<string>> {
    const rows = await this.database.query<{ sha256: string }>(
      `select distinct sha256 from (${REFERENCES}) r where sha256 = any($2::text[])`,
      [usedSince, sha256s],
    );
    return new Set(rows.map(({ sha256 }) => sha256));
  }

  async start(id: string, { startedAt, startedBy }: { startedAt: Date; startedBy: string }): Promise<void> {
    await this.database.query(
      'insert into store_collections (id, started_at, started_by) values ($1, $2, $3)',
      [id, startedAt, startedBy],
    );
  }

  /** In a transaction: of several processes one finds that it is due. */
  async lockStarts(): Promise<void> {
    this.database.requireTransaction();
    await this.database.query('lock table store_collections in share row exclusive mode');
  }

  async findLastStart(): Promise<Date | null> {
    const [row] = await this.database.query<{ at: Date | null }>(
      'select max(started_at) as at from store_collections',
    );
    return row?.at ?? null;
  }

  async finish({ id, finishedAt, removed, leftovers, remainingCount }: Collection): Promise<void> {
    await this.database.query(
      `update store_collections set finished_at = $2, removed_count = $3, removed_bytes = $4, leftover_count = $5,
         leftover_bytes = $6, remaining_count = $7 where id = $1`,
      [
        id,
        finishedAt,
        removed.count,
        removed.sizeBytes,
        leftovers.count,
        leftovers.sizeBytes,
        remainingCount,
      ],
    );
  }

  /** The newest that came to its end. */
  async findLast(): Promise<Collection | null> {
    const [row] = await this.database.query<{
      id: string;
      started_at: Date;
      finished_at: Date;
      started_by: string;
      removed_count: number;
      removed_bytes: string;
      leftover_count: number;
      leftover_bytes: string;
      remaining_count: number;
    }>('select * from store_collections where finished_at is not null order by started_at desc, id limit 1');
    if (row === undefined) return null;
    return {
      id: row.id,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      startedBy: row.started_by,
      removed: { count: row.removed_count, sizeBytes: Number(row.removed_bytes) },
      leftovers: { count: row.leftover_count, sizeBytes: Number(row.leftover_bytes) },
      remainingCount: row.remaining_count,
    };
  }
}

function kindOf(rank: number): StoredKind {
  const kind = STORED_KINDS[rank - 1];
  if (kind === undefined) throw new Error(`there is no kind ${rank} of objects`);
  return kind;
}
