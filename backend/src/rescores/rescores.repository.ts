import { Injectable } from '@nestjs/common';
import type { DatasetVersionState, RescoreReport } from '@sillage/contracts';
import { Database } from '../database/database.js';
import { RescoreEntity } from '../database/entities/index.js';

export type RescoreRecord = {
  id: string;
  challengeId: string;
  challengeName: string;
  datasetVersionId: string;
  version: string;
  versionState: DatasetVersionState;
  fromVersionId: string;
  fromVersion: string;
  /** Of the challenge, as it is now. */
  currentVersionId: string | null;
  state: 'open' | 'promoted' | 'discarded' | 'cancelled';
  changes: string | null;
  createdBy: string;
  createdAt: Date;
  endedBy: string | null;
  endedAt: Date | null;
};

export type NewRescore = Pick<
  RescoreRecord,
  'id' | 'challengeId' | 'datasetVersionId' | 'fromVersionId' | 'createdBy' | 'createdAt'
>;

const SELECT = `
  select r.id, r.challenge_id as "challengeId", v.definition ->> 'name' as "challengeName",
    r.dataset_version_id as "datasetVersionId", v.version, v.state as "versionState",
    r.from_version_id as "fromVersionId", f.version as "fromVersion", c.current_version_id as "currentVersionId",
    r.state, r.changes, r.created_by as "createdBy", r.created_at as "createdAt",
    r.ended_by as "endedBy", r.ended_at as "endedAt"
  from rescores r
  join challenges c on c.id = r.challenge_id
  join dataset_versions v on v.id = r.dataset_version_id
  join dataset_versions f on f.id = r.from_version_id`;

@Injectable()
export class RescoresRepository {
  constructor(private readonly database: Database) {}

  async insert(rescore: NewRescore): Promise<void> {
    await this.database.manager.insert(RescoreEntity, {
      ...rescore,
      state: 'open',
      changes: null,
      endedBy: null,
      endedAt: null,
      report: null,
    });
  }

  async find(id: string): Promise<RescoreRecord | null> {
    const [row] = await this.database.query<RescoreRecord>(`${SELECT} where r.id = $1`, [id]);
    return row ?? null;
  }

  /** Held until the transaction ends: what is done with one re-score goes one after the other. New evaluations may refer to it. */
  async lock(id: string): Promise<RescoreRecord | null> {
    await this.database.query('select id from rescores where id = $1 for no key update', [id]);
    return this.find(id);
  }

  /** Newest first. */
  async list(challengeId: string | null): Promise<RescoreRecord[]> {
    return this.database.query<RescoreRecord>(
      `${SELECT} where $1::text is null or r.challenge_id = $1 order by r.created_at desc, r.id limit 200`,
      [challengeId],
    );
  }

  async findOpen(challengeId: string): Promise<RescoreRecord | null> {
    const [row] = await this.database.query<RescoreRecord>(
      `${SELECT} where r.challenge_id = $1 and r.state = 'open'`,
      [challengeId],
    );
    return row ?? null;
  }

  /**
   * Those that scores may have to be added to: the open ones, and those that brought the current version, since what was on its way
   * on the version before it belongs on the new boards too.
   */
  async listFollowed(): Promise<RescoreRecord[]> {
    return this.database.query<RescoreRecord>(
      `${SELECT}
       where r.state = 'open' and c.current_version_id = r.from_version_id
         or r.state = 'promoted' and r.dataset_version_id <> r.from_version_id
           and c.current_version_id = r.dataset_version_id
       order by r.created_at, r.id`,
    );
  }

  async setEnded(
    id: string,
    end: {
      state: 'promoted' | 'discarded' | 'cancelled';
      changes: string | null;
      endedBy: string;
      endedAt: Date;
      report: RescoreReport;
    },
  ): Promise<void> {
    await this.database.query(
      'update rescores set state = $2, changes = $3, ended_by = $4, ended_at = $5, report = $6 where id = $1',
      [id, end.state, end.changes, end.endedBy, end.endedAt, JSON.stringify(end.report)],
    );
  }

  async findReport(id: string): Promise<RescoreReport | null> {
    const [row] = await this.database.query<{ report: RescoreReport | null }>(
      'select report from rescores where id = $1',
      [id],
    );
    return row?.report ?? null;
  }
}
