import { Injectable } from '@nestjs/common';
import type { DisclosureLevel, NotificationKind, Phase, Preference } from '@sillage/contracts';
import { disclosureAt } from '../challenges/domain/phases.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { NotificationEntity } from '../database/entities/index.js';
import type { StoredRejection, StoredScores } from '../disclosure/domain/disclosure.js';
import { STORED_SCORES } from '../evaluations/stored-scores.js';
import type { Told, ToldEntry } from './domain/texts.js';

export type Recipient = {
  accountId: string;
  /** Null unless it was verified. */
  email: string | null;
  unsubscribeSecret: string;
  inApp: boolean;
  byMail: boolean;
};

export type ToldEvaluation = ToldEntry & {
  taskId: string;
  challengeId: string;
  state: string;
  /** What may be told now. */
  disclosure: DisclosureLevel;
  scores: StoredScores | null;
  rejection: StoredRejection | null;
  isReference: boolean;
  isListed: boolean;
  /** Whether its dataset version is the one whose boards are shown. */
  isCurrent: boolean;
  author: string;
};

export type RescoredTask = {
  evaluationId: string;
  area: string;
  scenario: string;
  state: string;
  before: StoredScores | null;
  after: StoredScores | null;
  rejection: StoredRejection | null;
};

export type RescoredSubmission = {
  submissionId: string;
  method: string;
  challengeId: string;
  challengeName: string;
  disclosure: DisclosureLevel;
  /** Of the version before. */
  disclosureBefore: DisclosureLevel;
  datasetVersion: string;
  versionBefore: string;
  changes: string;
  isListed: boolean;
  tasks: RescoredTask[];
};

export type StoredNotification = Told & { id: string; createdAt: Date; readAt: Date | null };

/** Whose a submission is: its team's members as they are now, or who submitted it. */
const OWNERS = `(s.team_id is null and a.id = s.account_id
  or a.id in (select m.account_id from team_members m where m.team_id = s.team_id))`;

const LIST_LIMIT = 100;

@Injectable()
export class InboxRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async findEvaluation(id: string): Promise<ToldEvaluation | null> {
    const [row] = await this.database.query<
      Omit<ToldEvaluation, 'disclosure'> & { declaredDisclosure: DisclosureLevel; phases: Phase[] | null }
    >(
      `select e.id as "evaluationId", e.submission_id as "submissionId", e.task_id as "taskId", e.state, e.protocol,
         e.rejection, ${STORED_SCORES} as scores, t.area, t.scenario, t.challenge_id as "challengeId",
         v.definition ->> 'name' as "challengeName", v.definition ->> 'disclosure' as "declaredDisclosure", g.phases,
         v.version as "datasetVersion", c.current_version_id = v.id as "isCurrent",
         s.card ->> 'name' as method, s.kind = 'reference' as "isReference", k.is_listed as "isListed", k.author
       from shown_evaluations e
       join tasks t on t.id = e.task_id
       join dataset_versions v on v.id = e.dataset_version_id
       join challenges c on c.id = t.challenge_id
       left join challenge_settings g on g.challenge_id = c.id
       join submissions s on s.id = e.submission_id
       join submission_credits k on k.submission_id = s.id
       where e.id = $1`,
      [id],
    );
    if (row === undefined) return null;
    const { declaredDisclosure, phases, ...evaluation } = row;
    return {
      ...evaluation,
      disclosure: disclosureAt(declaredDisclosure, phases ?? [], this.clock.now()),
    };
  }

  /** The newest score of the same submission and task that is older than this one. */
  async findEarlierScore(
    id: string,
  ): Promise<{ scores: StoredScores; datasetVersion: string; disclosure: DisclosureLevel } | null> {
    const [row] = await this.database.query<{
      scores: StoredScores;
      datasetVersion: string;
      declaredDisclosure: DisclosureLevel;
      phases: Phase[] | null;
    }>(
      `select ${STORED_SCORES} as scores, v.version as "datasetVersion", v.definition ->> 'disclosure' as "declaredDisclosure", g.phases
       from shown_evaluations now
       join shown_evaluations e on e.submission_id = now.submission_id and e.task_id = now.task_id and e.id <> now.id
       join dataset_versions v on v.id = e.dataset_version_id
       left join challenge_settings g on g.challenge_id = v.challenge_id
       where now.id = $1 and e.state = 'scored' and e.scored_at <= now.scored_at
       order by e.scored_at desc limit 1`,
      [id],
    );
    if (row === undefined) return null;
    const { scores, datasetVersion, declaredDisclosure, phases } = row;
    return {
      scores,
      datasetVersion,
      disclosure: disclosureAt(declaredDisclosure, phases ?? [], this.clock.now()),
    };
  }

  /** What a promoted re-score made of an entry, task by task; `before` is null where it had no score, and all of it where it was withdrawn. */
  async findRescored(submissionId: string, rescoreId: string): Promise<RescoredSubmission | null> {
    const rows = await this.database.query<
      Omit<RescoredSubmission, 'disclosure' | 'disclosureBefore'> &
        RescoredTask & {
          declaredDisclosure: DisclosureLevel;
          declaredBefore: DisclosureLevel;
          phases: Phase[] | null;
        }
    >(
      `select distinct on (t.area, t.scenario) e.id as "evaluationId", t.area, t.scenario, e.state, e.rejection, e.protocol,
         ${STORED_SCORES} as after, previous.scores as before,
         s.id as "submissionId", s.card ->> 'name' as method, v.definition ->> 'name' as "challengeName",
         v.definition ->> 'disclosure' as "declaredDisclosure", g.phases, v.version as "datasetVersion",
         f.definition ->> 'disclosure' as "declaredBefore", f.version as "versionBefore",
         t.challenge_id as "challengeId", k.is_listed as "isListed", r.changes
       from shown_evaluations now
       join shown_evaluations e on e.id = now.id
       join rescores r on r.id = e.rescore_id
       join tasks t on t.id = e.task_id
       join dataset_versions v on v.id = e.dataset_version_id
       left join challenge_settings g on g.challenge_id = t.challenge_id
       join dataset_versions f on f.id = r.from_version_id
       join submissions s on s.id = e.submission_id
       join submission_credits k on k.submission_id = s.id
       left join lateral (
         select ${STORED_SCORES} as scores from shown_evaluations e where e.id = now.previous_evaluation_id
       ) as previous on true
       where e.submission_id = $1 and e.rescore_id = $2 and s.withdrawn_at is null
       order by t.area, t.scenario, e.created_at desc, e.id`,
      [submissionId, rescoreId],
    );
    const [first] = rows;
    if (first === undefined) return null;
    return {
      ...first,
      disclosure: disclosureAt(first.declaredDisclosure, first.phases ?? [], this.clock.now()),
      disclosureBefore: disclosureAt(first.declaredBefore, first.phases ?? [], this.clock.now()),
      tasks: rows.map(({ evaluationId, area, scenario, state, before, after, rejection }) => ({
        evaluationId,
        area,
        scenario,
        state,
        before,
        after,
        rejection,
      })),
    };
  }

  async findSubmission(
    id: string,
  ): Promise<{ submissionId: string; method: string; challengeName: string } | null> {
    const [row] = await this.database.query<{ submissionId: string; method: string; challengeName: string }>(
      `select s.id as "submissionId", s.card ->> 'name' as method, v.definition ->> 'name' as "challengeName"
       from submissions s join dataset_versions v on v.id = s.dataset_version_id where s.id = $1`,
      [id],
    );
    return row ?? null;
  }

  async listOwners(submissionId: string, kind: NotificationKind): Promise<Recipient[]> {
    return this.#listRecipients(kind, `join submissions s on ${OWNERS} where s.id = $2`, [submissionId]);
  }

  /** Whoever has an entry in the challenge that was not withdrawn. */
  async listParticipants(challengeId: string, kind: NotificationKind): Promise<Recipient[]> {
    return this.#listRecipients(
      kind,
      `where exists (select 1 from submissions s
         where s.challenge_id = $2 and s.withdrawn_at is null and ${OWNERS})`,
      [challengeId],
    );
  }

  /** Owners of each of these submissions, and whether the board names them. */
  async listOwnersOf(
    submissionIds: string[],
  ): Promise<{ submissionId: string; accountId: string; isNamed: boolean }[]> {
    return this.database.query(
      `select s.id as "submissionId", a.id as "accountId", k.revealed_at is null as "isNamed"
       from accounts a join submissions s on ${OWNERS} join submission_credits k on k.submission_id = s.id
       where s.id = any($1)`,
      [submissionIds],
    );
  }

  async hasUnread(accountId: string, kind: NotificationKind, about: string): Promise<boolean> {
    const rows = await this.database.query(
      'select 1 from notifications where account_id = $1 and kind = $2 and about = $3 and read_at is null limit 1',
      [accountId, kind, about],
    );
    return rows.length > 0;
  }

  async findDatasetVersion(
    id: string,
  ): Promise<{ id: string; name: string; version: string; datasetVersionId: string } | null> {
    const [row] = await this.database.query<{
      id: string;
      name: string;
      version: string;
      datasetVersionId: string;
    }>(
      `select challenge_id as id, definition ->> 'name' as name, version, id as "datasetVersionId"
       from dataset_versions where id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** @returns false where the account was told already. */
  async insert(notification: {
    id: string;
    accountId: string;
    eventId: string;
    told: Told;
    createdAt: Date;
    readAt: Date | null;
  }): Promise<boolean> {
    const { told, ...row } = notification;
    const result = await this.database.manager
      .createQueryBuilder()
      .insert()
      .into(NotificationEntity)
      .values({ ...row, ...told })
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length > 0;
  }

  async list(accountId: string): Promise<StoredNotification[]> {
    return this.database.query<StoredNotification>(
      `select id, kind, about, title, body, path, created_at as "createdAt", read_at as "readAt" from notifications n
       where account_id = $1 and not exists (select 1 from notification_preferences p
         where p.account_id = n.account_id and p.kind = n.kind and not p.in_app)
       order by created_at desc, id limit ${LIST_LIMIT}`,
      [accountId],
    );
  }

  async countUnread(accountId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from notifications n
       where account_id = $1 and read_at is null and not exists (select 1 from notification_preferences p
         where p.account_id = n.account_id and p.kind = n.kind and not p.in_app)`,
      [accountId],
    );
    return row?.count ?? 0;
  }

  /** `id` null: all of them. */
  async setRead(accountId: string, id: string | null, readAt: Date): Promise<void> {
    await this.database.query(
      `update notifications set read_at = $3 where account_id = $1 and ($2::uuid is null or id = $2) and read_at is null`,
      [accountId, id, readAt],
    );
  }

  async listPreferences(accountId: string): Promise<Preference[]> {
    return this.database.query<Preference>(
      'select kind, in_app as "inApp", by_mail as "byMail" from notification_preferences where account_id = $1',
      [accountId],
    );
  }

  async putPreference(accountId: string, { kind, inApp, byMail }: Preference): Promise<void> {
    await this.database.query(
      `insert into notification_preferences (account_id, kind, in_app, by_mail) values ($1, $2, $3, $4)
       on conflict (account_id, kind) do update set in_app = $3, by_mail = $4`,
      [accountId, kind, inApp, byMail],
    );
  }

  /** What is shown in the app stays as it was. */
  async stopMails(unsubscribeSecret: string, kind: NotificationKind): Promise<void> {
    await this.database.query(
      `insert into notification_preferences (account_id, kind, in_app, by_mail)
       select id, $2, true, false from accounts where unsubscribe_secret = $1
       on conflict (account_id, kind) do update set by_mail = false`,
      [unsubscribeSecret, kind],
    );
  }

  #listRecipients(kind: NotificationKind, rest: string, values: unknown[]): Promise<Recipient[]> {
    return this.database.query<Recipient>(
      `select a.id as "accountId", case when a.email_verified_at is not null then a.email end as email,
         a.unsubscribe_secret as "unsubscribeSecret",
         coalesce((select in_app from notification_preferences where account_id = a.id and kind = $1), true) as "inApp",
         coalesce((select by_mail from notification_preferences where account_id = a.id and kind = $1), true) as "byMail"
       from accounts a ${rest}`,
      [kind, ...values],
    );
  }
}
