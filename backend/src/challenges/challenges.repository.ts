import { Injectable } from '@nestjs/common';
import type {
  ChallengeDefinition,
  DatasetReport,
  DatasetVersionState,
  DisclosureLevel,
  FileRole,
  FindingCode,
  Phase,
  Quota,
} from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import {
  ChallengeEntity,
  DatasetFileEntity,
  DatasetVersionEntity,
  TaskEntity,
} from '../database/entities/index.js';
import { fromStored, type StoredDefinition } from './domain/installation.js';
import { disclosureAt, nextPhaseChange, NO_QUOTA } from './domain/phases.js';

export type StoredDatasetFile = {
  id: string;
  role: FileRole;
  area: string;
  scenario: string | null;
  path: string;
  variable: string | null;
  description: string;
  sha256: string;
  sizeBytes: number;
};

/** A challenge in its current dataset version. */
export type Challenge = {
  id: string;
  createdAt: Date;
  datasetVersionId: string;
  /** With the disclosure level that holds now, so that whoever reads it there reads the right one. */
  definition: ChallengeDefinition;
  /** What may be shown now: by the running phase, else as declared. */
  disclosure: DisclosureLevel;
  /** What the definition was registered with. */
  declaredDisclosure: DisclosureLevel;
  /** When that, or whether submissions are accepted, may change next; null: not by itself. */
  changesAt: Date | null;
  settings: ChallengeSettings;
  entryCount: number;
};

export type ChallengeSettings = {
  /** 0 where nothing was ever set. */
  revision: number;
  phases: Phase[];
  quota: Quota;
  changedAt: Date | null;
  changedBy: string | null;
};

export type Task = { id: string; area: string; scenario: string };

/** What is known of a dataset version beside its content. */
export type VersionOrigin = {
  state: DatasetVersionState;
  changes: string;
  /** A name; null for what came from a folder. */
  createdBy: string | null;
  publishedAt: Date | null;
  acceptedWarnings: FindingCode[];
  report: DatasetReport | null;
};

export type NewDatasetVersion = VersionOrigin & {
  id: string;
  definition: ChallengeDefinition;
  fingerprint: string;
  files: StoredDatasetFile[];
  createdAt: Date;
};

export type KnownVersion = {
  id: string;
  version: string;
  fingerprint: string;
  state: DatasetVersionState;
  publishedAt: Date | null;
  definition: ChallengeDefinition;
};

/** A dataset version as organisers see it in the list. */
export type VersionRecord = {
  id: string;
  challengeId: string;
  version: string;
  state: DatasetVersionState;
  isCurrent: boolean;
  changes: string;
  fingerprint: string;
  createdBy: string | null;
  createdAt: Date;
  publishedAt: Date | null;
  retiredAt: Date | null;
  acceptedWarnings: FindingCode[];
  fileCount: number;
  sizeBytes: number;
  scoreCount: number;
  hasReport: boolean;
};

export type VersionName = {
  challengeId: string;
  version: string;
  state: DatasetVersionState;
  name: string;
  isCurrent: boolean;
};

type ChallengeRow = {
  id: string;
  created_at: Date;
  dataset_version_id: string;
  definition: StoredDefinition;
  revision: number | null;
  phases: Phase[] | null;
  quota: Quota | null;
  changed_at: Date | null;
  changed_by: string | null;
  entry_count: number;
};

const SELECT_CHALLENGES = `
  select c.id, c.created_at, v.id as dataset_version_id, v.definition, g.revision, g.phases, g.quota, g.changed_at, g.changed_by,
    (select count(distinct e.submission_id)::int from ranked_evaluations e
     join submission_credits c on c.submission_id = e.submission_id
     where e.dataset_version_id = v.id and c.is_listed) as entry_count
  from challenges c join dataset_versions v on v.id = c.current_version_id
  left join challenge_settings g on g.challenge_id = c.id`;

function toChallenge(row: ChallengeRow, now: Date): Challenge {
  const phases = row.phases ?? [];
  const declaredDisclosure = row.definition.disclosure;
  const disclosure = disclosureAt(declaredDisclosure, phases, now);
  return {
    disclosure,
    declaredDisclosure,
    changesAt: nextPhaseChange(phases, now),
    settings: {
      revision: row.revision ?? 0,
      phases,
      quota: row.quota ?? NO_QUOTA,
      changedAt: row.changed_at,
      changedBy: row.changed_by,
    },
    id: row.id,
    createdAt: row.created_at,
    datasetVersionId: row.dataset_version_id,
    definition: { ...fromStored(row.definition), disclosure },
    entryCount: row.entry_count,
  };
}

@Injectable()
export class ChallengesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<Challenge[]> {
    const rows = await this.database.query<ChallengeRow>(`${SELECT_CHALLENGES} order by c.created_at, c.id`);
    const now = this.clock.now();
    return rows.map((row) => toChallenge(row, now));
  }

  async find(id: string): Promise<Challenge | null> {
    const [row] = await this.database.query<ChallengeRow>(`${SELECT_CHALLENGES} where c.id = $1`, [id]);
    return row === undefined ? null : toChallenge(row, this.clock.now());
  }

  async listFiles(datasetVersionId: string): Promise<StoredDatasetFile[]> {
    return this.database.manager.find(DatasetFileEntity, {
      where: { datasetVersionId },
      order: { area: 'ASC', scenario: 'ASC', role: 'ASC', path: 'ASC' },
    });
  }

  async listTasks(challengeId: string): Promise<Task[]> {
    return this.database.manager.find(TaskEntity, {
      where: { challengeId },
      order: { area: 'ASC', scenario: 'ASC' },
    });
  }

  async findTask(challengeId: string, area: string, scenario: string): Promise<Task | null> {
    return this.database.manager.findOneBy(TaskEntity, { challengeId, area, scenario });
  }

  /** Makes the challenge row when it is new, and locks it: registrations of one challenge go one after the other. */
  async lockChallenge(id: string, createdAt: Date): Promise<{ currentVersion: string | null }> {
    await this.database.query(
      'insert into challenges (id, created_at) values ($1, $2) on conflict (id) do nothing',
      [id, createdAt],
    );
    const [row] = await this.database.query<{ version: string | null }>(
      `select (select version from dataset_versions v where v.id = c.current_version_id) as version
       from challenges c where c.id = $1 for update of c`,
      [id],
    );
    return { currentVersion: row?.version ?? null };
  }

  async findVersion(challengeId: string, version: string): Promise<KnownVersion | null> {
    const found = await this.database.manager.findOne(DatasetVersionEntity, {
      where: { challengeId, version },
      select: {
        id: true,
        version: true,
        fingerprint: true,
        state: true,
        publishedAt: true,
        definition: true as unknown as object,
      },
    });
    return found === null ? null : { ...found, definition: fromStored(found.definition) };
  }

  /** Every version number that the challenge has, whatever its state. */
  async listVersionNumbers(challengeId: string): Promise<string[]> {
    const rows = await this.database.query<{ version: string }>(
      'select version from dataset_versions where challenge_id = $1',
      [challengeId],
    );
    return rows.map(({ version }) => version);
  }

  /** One row for each version of each challenge, published or not. */
  async listAllVersions(): Promise<VersionName[]> {
    return this.database.query<VersionName>(
      `select v.challenge_id as "challengeId", v.version, v.state, v.definition->>'name' as name,
         coalesce(c.current_version_id = v.id, false) as "isCurrent"
       from dataset_versions v
       join challenges c on c.id = v.challenge_id`,
    );
  }

  async listVersions(challengeId: string): Promise<VersionRecord[]> {
    const rows = await this.database.query<Omit<VersionRecord, 'sizeBytes'> & { sizeBytes: string }>(
      `select v.id, v.challenge_id as "challengeId", v.version, v.state, v.changes, v.fingerprint,
         coalesce(c.current_version_id = v.id, false) as "isCurrent", v.created_by as "createdBy",
         v.created_at as "createdAt", v.published_at as "publishedAt", v.retired_at as "retiredAt",
         v.accepted_warnings as "acceptedWarnings", v.report is not null as "hasReport",
         coalesce(files.count, 0) as "fileCount", coalesce(files.size_bytes, 0) as "sizeBytes",
         (select count(*)::int from shown_evaluations e where e.dataset_version_id = v.id and e.state = 'scored') as "scoreCount"
       from dataset_versions v
       join challenges c on c.id = v.challenge_id
       left join lateral (
         select count(*)::int as count, sum(size_bytes) as size_bytes
         from (select distinct path, size_bytes from dataset_files where dataset_version_id = v.id) as distinct_files
       ) as files on true
       where v.challenge_id = $1`,
      [challengeId],
    );
    return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
  }

  /** Promoted re-scores that changed no data, oldest first. */
  async listRescoresOf(
    challengeId: string,
  ): Promise<{ datasetVersionId: string; at: Date; changes: string }[]> {
    return this.database.query(
      `select dataset_version_id as "datasetVersionId", ended_at as at, changes from rescores
       where challenge_id = $1 and state = 'promoted' and dataset_version_id = from_version_id
       order by ended_at, id`,
      [challengeId],
    );
  }

  /** The re-score that is open on a dataset version which is not the one it is compared with. */
  async findOpenRescore(datasetVersionId: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `select id from rescores where dataset_version_id = $1 and from_version_id <> $1 and state = 'open'`,
      [datasetVersionId],
    );
    return row?.id ?? null;
  }

  async findReport(datasetVersionId: string): Promise<DatasetReport | null> {
    const [row] = await this.database.query<{ report: DatasetReport | null }>(
      'select report from dataset_versions where id = $1',
      [datasetVersionId],
    );
    return row?.report ?? null;
  }

  /** Only for a version without files: nothing was ever scored under it. */
  async replaceDefinition(id: string, definition: ChallengeDefinition, fingerprint: string): Promise<void> {
    await this.database.query('update dataset_versions set definition = $2, fingerprint = $3 where id = $1', [
      id,
      JSON.stringify(definition),
      fingerprint,
    ]);
  }

  async insertVersion(version: NewDatasetVersion): Promise<void> {
    const { manager } = this.database;
    const challengeId = version.definition.id;
    const { files: _files, definition, report, ...row } = version;
    await manager.insert(DatasetVersionEntity, {
      ...row,
      challengeId,
      version: definition.datasetVersion,
      definition,
      // TypeORM's own type for a partial jsonb does not know tuples.
      report: report as object | null,
      retiredAt: null,
    });
    if (version.files.length > 0) {
      await manager.insert(
        DatasetFileEntity,
        version.files.map((file) => ({ ...file, datasetVersionId: version.id })),
      );
    }
  }

  async setCurrent(challengeId: string, datasetVersionId: string): Promise<void> {
    await this.database.manager.update(
      ChallengeEntity,
      { id: challengeId },
      { currentVersionId: datasetVersionId },
    );
  }

  /** Keeps the time of the first publication. `changes` is null where the line stays as it is. */
  async setPublished(id: string, publishedAt: Date, changes: string | null): Promise<void> {
    await this.database.query(
      `update dataset_versions set state = 'published', published_at = coalesce(published_at, $2),
         changes = coalesce($3, changes)
       where id = $1`,
      [id, publishedAt, changes],
    );
  }

  async setRetired(id: string, retiredAt: Date): Promise<void> {
    await this.database.query(
      `update dataset_versions set state = 'retired', retired_at = $2 where id = $1`,
      [id, retiredAt],
    );
  }

  async putSettings(
    challengeId: string,
    { revision, phases, quota, changedAt, changedBy }: ChallengeSettings,
  ): Promise<void> {
    await this.database.query(
      `insert into challenge_settings (challenge_id, revision, phases, quota, changed_at, changed_by)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (challenge_id) do update set revision = excluded.revision, phases = excluded.phases,
         quota = excluded.quota, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
      [challengeId, revision, JSON.stringify(phases), JSON.stringify(quota), changedAt, changedBy],
    );
  }

  /** Every board of the challenge shows something else from now on. */
  async raiseBoardVersions(challengeId: string): Promise<void> {
    await this.lockTasks(challengeId);
    await this.database.query('update tasks set board_version = board_version + 1 where challenge_id = $1', [
      challengeId,
    ]);
  }

  /** In one order, before they change one after the other: nobody else who needs several waits in a circle. */
  async lockTasks(challengeId: string): Promise<void> {
    await this.database.query('select id from tasks where challenge_id = $1 order by id for update', [
      challengeId,
    ]);
  }

  async addTask(task: Task & { challengeId: string }): Promise<void> {
    await this.database.query(
      `insert into tasks (id, challenge_id, area, scenario) values ($1, $2, $3, $4)
       on conflict (challenge_id, area, scenario) do nothing`,
      [task.id, task.challengeId, task.area, task.scenario],
    );
  }

  async ensureTask(task: Task & { challengeId: string }): Promise<void> {
    await this.database.query(
      `insert into tasks (id, challenge_id, area, scenario) values ($1, $2, $3, $4)
       on conflict (challenge_id, area, scenario) do update set board_version = tasks.board_version + 1`,
      [task.id, task.challengeId, task.area, task.scenario],
    );
  }
}
