import { Injectable } from '@nestjs/common';
import type { DatasetReport, DraftDefinition, DraftFile } from '@sillage/contracts';
import { Database } from '../database/database.js';
import { DraftEntity, DraftFileEntity } from '../database/entities/index.js';
import type { StoredInspection } from './domain/draft-inspection.js';

export type Draft = {
  id: string;
  revision: number;
  definition: DraftDefinition;
  basedOn: { challengeId: string; version: string } | null;
  createdBy: string;
  createdAt: Date;
  changedBy: string;
  changedAt: Date;
  inspection: StoredInspection;
};

export type StoredDraftFile = Omit<DraftFile, 'addedAt'> & { addedAt: Date };

type DraftRow = {
  id: string;
  revision: number;
  definition: DraftDefinition;
  based_on_challenge_id: string | null;
  based_on_version: string | null;
  created_by: string;
  created_at: Date;
  changed_by: string;
  changed_at: Date;
  inspection_state: StoredInspection['state'];
  inspection_revision: number | null;
  inspection_failure: string | null;
  report_revision: number | null;
};

// Without the report, which may have megabytes.
const SELECT_DRAFTS = `
  select d.id, d.revision, d.definition, v.challenge_id as based_on_challenge_id, v.version as based_on_version,
    d.created_by, d.created_at, d.changed_by, d.changed_at, d.inspection_state, d.inspection_revision,
    d.inspection_failure, d.report_revision
  from drafts d left join dataset_versions v on v.id = d.based_on_version_id`;

function toDraft(row: DraftRow): Draft {
  const { based_on_challenge_id: challengeId, based_on_version: version } = row;
  return {
    id: row.id,
    revision: row.revision,
    definition: row.definition,
    basedOn: challengeId === null || version === null ? null : { challengeId, version },
    createdBy: row.created_by,
    createdAt: row.created_at,
    changedBy: row.changed_by,
    changedAt: row.changed_at,
    inspection: {
      state: row.inspection_state,
      revision: row.inspection_revision,
      failureMessage: row.inspection_failure,
      reportRevision: row.report_revision,
    },
  };
}

@Injectable()
export class DraftsRepository {
  constructor(private readonly database: Database) {}

  async insert(draft: {
    id: string;
    definition: DraftDefinition;
    basedOnVersionId: string | null;
    createdBy: string;
    createdAt: Date;
  }): Promise<void> {
    await this.database.manager.insert(DraftEntity, {
      ...draft,
      // TypeORM's own type for a partial jsonb wants every value to be known.
      definition: draft.definition as object,
      revision: 1,
      changedBy: draft.createdBy,
      changedAt: draft.createdAt,
    });
  }

  /** The one that was changed last comes first. */
  async list(): Promise<Draft[]> {
    const rows = await this.database.query<DraftRow>(`${SELECT_DRAFTS} order by d.changed_at desc, d.id`);
    return rows.map(toDraft);
  }

  async find(id: string): Promise<Draft | null> {
    const [row] = await this.database.query<DraftRow>(`${SELECT_DRAFTS} where d.id = $1`, [id]);
    return row === undefined ? null : toDraft(row);
  }

  /** Held until the transaction ends: changes, inspections and validation of one draft go one after the other. */
  async lock(id: string): Promise<Draft | null> {
    await this.database.query('select id from drafts where id = $1 for update', [id]);
    return this.find(id);
  }

  async findReport(id: string): Promise<DatasetReport | null> {
    const [row] = await this.database.query<{ report: DatasetReport | null }>(
      'select report from drafts where id = $1',
      [id],
    );
    return row?.report ?? null;
  }

  async listFiles(draftId: string): Promise<StoredDraftFile[]> {
    return this.database.manager.find(DraftFileEntity, {
      where: { draftId },
      select: { path: true, sha256: true, sizeBytes: true, source: true, addedAt: true },
      order: { path: 'ASC' },
    });
  }

  /** Raises the revision. `definition` is null where it stays as it is. */
  async change(
    id: string,
    change: { definition: DraftDefinition | null; changedBy: string; changedAt: Date },
  ): Promise<void> {
    await this.database.query(
      `update drafts set revision = revision + 1, definition = coalesce($2, definition), changed_by = $3, changed_at = $4
       where id = $1`,
      [
        id,
        change.definition === null ? null : JSON.stringify(change.definition),
        change.changedBy,
        change.changedAt,
      ],
    );
  }

  /** One of the same name is replaced. */
  async putFile(draftId: string, file: StoredDraftFile): Promise<void> {
    await this.database.query(
      `insert into draft_files (draft_id, path, sha256, size_bytes, source, added_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (draft_id, path) do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
         source = excluded.source, added_at = excluded.added_at`,
      [draftId, file.path, file.sha256, file.sizeBytes, file.source, file.addedAt],
    );
  }

  /** @returns false where there is no such file. */
  async removeFile(draftId: string, path: string): Promise<boolean> {
    const rows = await this.database.query(
      'delete from draft_files where draft_id = $1 and path = $2 returning path',
      [draftId, path],
    );
    return rows.length > 0;
  }

  async delete(id: string): Promise<void> {
    await this.database.manager.delete(DraftEntity, { id });
  }

  async setInspection(
    id: string,
    inspection: { state: StoredInspection['state']; revision?: number; failureMessage?: string },
  ): Promise<void> {
    await this.database.query(
      `update drafts set inspection_state = $2, inspection_revision = coalesce($3, inspection_revision), inspection_failure = $4
       where id = $1`,
      [id, inspection.state, inspection.revision ?? null, inspection.failureMessage ?? null],
    );
  }

  async setReport(id: string, revision: number, report: DatasetReport): Promise<void> {
    await this.database.query(
      `update drafts set inspection_state = 'done', inspection_failure = null, report_revision = $2, report = $3
       where id = $1`,
      [id, revision, JSON.stringify(report)],
    );
  }
}
