import { Injectable } from '@nestjs/common';
import type {
  DisclosureLevel,
  EvaluationState,
  MethodCard,
  Moderation,
  NetworkSummary,
  Person,
  Phase,
  SubmissionForm,
  TeamRole,
  Visibility,
  Withdrawal,
} from '@sillage/contracts';
import { loosestLevel } from '../disclosure/domain/disclosure.js';
import { disclosureAt } from '../challenges/domain/phases.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { SubmissionEntity } from '../database/entities/index.js';

export type NewSubmission = {
  id: string;
  challengeId: string;
  datasetVersionId: string;
  accountId: string | null;
  /** In whose name; null for a person's own. */
  teamId: string | null;
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  card: MethodCard;
  /** Null where the platform is still to compute the map. */
  file: { fileName: string; sizeBytes: number; sha256: string } | null;
  variable: string | null;
  /** How a network is run; null for maps. */
  manifest: string | null;
  uploadId: string | null;
  setId: string | null;
  visibility: Visibility['kind'];
  /** When the name is shown; null unless the visibility is anonymous. */
  anonymousUntil: Date | null;
  /** Set for a reference that a re-score enters. */
  rescoreId: string | null;
  createdAt: Date;
};

/** A reference's score on the current boards of a challenge. */
export type RankedReference = { method: string; taskId: string; evaluationId: string };

export type Member = Person & { accountId: string; role: TeamRole };

/** A submission that came in the same set as another one, with its entries. */
export type Sibling = {
  id: string;
  setId: string;
  fileName: string;
  accountId: string | null;
  kind: 'participant' | 'reference';
  isScored: boolean;
  visibility: Visibility['kind'];
  anonymousUntil: Date | null;
  withdrawnAt: Date | null;
  hiddenAt: Date | null;
  teamId: string | null;
  members: Member[];
  /** As of the submission itself. */
  disclosure: DisclosureLevel;
  tasks: { area: string; scenario: string; state: EvaluationState }[];
};

export type ModerationMark = { at: Date; by: string; reason: string };

export type Submission = NewSubmission & {
  challengeName: string;
  author: string;
  /** Null where it is of a person, or of the platform. */
  teamName: string | null;
  /** Of the team, as it is now. */
  members: Member[];
  /** Who submitted it; null for what the platform made. */
  submitter: Person | null;
  /** At least once; whether a board shows it depends on its visibility too. */
  isScored: boolean;
  /** A reference of a re-score that is not promoted: for organisers' eyes only. */
  isShadow: boolean;
  /** What may be shown now, by the loosest of the dataset versions that it is scored on. */
  disclosure: DisclosureLevel;
  withdrawnAt: Date | null;
  withdrawal: { by: Withdrawal['by']; reason: string } | null;
  hiddenAt: Date | null;
  /** What organisers said of it, and who of them. */
  moderation: Record<keyof Moderation, ModerationMark | null>;
  /** Of a network that is checked. */
  networkSummary: NetworkSummary | null;
};

export type SubmissionFilter = {
  challengeId: string | null;
  /** Only of this account; null: what is on the boards. */
  accountId: string | null;
  limit: number;
};

/** What an organiser looks for among the submissions of all challenges. */
export type OrganiserFilter = {
  challengeId: string | null;
  state: EvaluationState | null;
  /** Part of the name of a person or team, or of an address. */
  author: string | null;
  moderated: 'hidden' | 'verified' | 'disqualified' | 'withdrawn' | 'none' | null;
};

type Row = {
  id: string;
  challenge_id: string;
  challenge_name: string;
  dataset_version_id: string;
  account_id: string | null;
  display_name: string | null;
  affiliation: string | null;
  orcid: string | null;
  web_page: string | null;
  team_id: string | null;
  team_name: string | null;
  members: Member[];
  kind: 'participant' | 'reference';
  form: SubmissionForm;
  manifest: string | null;
  network_summary: NetworkSummary | null;
  card: MethodCard;
  file_name: string | null;
  size_bytes: string | null;
  sha256: string | null;
  variable: string | null;
  upload_id: string | null;
  set_id: string | null;
  rescore_id: string | null;
  created_at: Date;
  is_scored: boolean;
  is_shadow: boolean;
  declared_levels: DisclosureLevel[];
  phases: Phase[] | null;
  visibility: Visibility['kind'];
  anonymous_until: Date | null;
  withdrawn_at: Date | null;
  withdrawn_by: Withdrawal['by'] | null;
  withdrawal_reason: string | null;
  hidden_at: Date | null;
  hidden_by: string | null;
  hidden_reason: string | null;
  verified_at: Date | null;
  verified_by: string | null;
  verified_note: string | null;
  disqualified_at: Date | null;
  disqualified_by: string | null;
  disqualified_reason: string | null;
};

const MEMBERS = `coalesce((
    select jsonb_agg(jsonb_build_object('accountId', m.account_id, 'role', m.role, 'name', p.display_name,
      'affiliation', p.affiliation, 'orcid', p.orcid, 'webPage', p.web_page) order by m.joined_at, m.account_id)
    from team_members m join accounts p on p.id = m.account_id where m.team_id = s.team_id
  ), '[]')`;

/** What the dataset versions declare that it is scored on; without a score, the one that it was entered in. */
const DECLARED_LEVELS = `coalesce((
    select jsonb_agg(distinct d.definition ->> 'disclosure')
    from shown_evaluations e join dataset_versions d on d.id = e.dataset_version_id
    where e.submission_id = s.id and e.state = 'scored'
  ), jsonb_build_array(v.definition ->> 'disclosure'))`;

const SELECT_SUBMISSIONS = `
  select s.*, v.definition ->> 'name' as challenge_name, a.display_name, a.affiliation, a.orcid, a.web_page, t.name as team_name,
    ${MEMBERS} as members, ${DECLARED_LEVELS} as declared_levels, g.phases,
    exists (select 1 from shown_evaluations e where e.submission_id = s.id and e.state = 'scored') as is_scored,
    exists (select 1 from rescores r where r.id = s.rescore_id and r.state <> 'promoted') as is_shadow
  from submissions s
  join dataset_versions v on v.id = s.dataset_version_id
  join submission_credits c on c.submission_id = s.id
  left join challenge_settings g on g.challenge_id = s.challenge_id
  left join accounts a on a.id = s.account_id
  left join teams t on t.id = s.team_id`;

function mark(at: Date | null, by: string | null, reason: string | null): ModerationMark | null {
  return at === null || by === null || reason === null ? null : { at, by, reason };
}

function levelNow(declared: readonly DisclosureLevel[], phases: Phase[] | null, now: Date): DisclosureLevel {
  return loosestLevel(declared.map((level) => disclosureAt(level, phases ?? [], now)));
}

function toSubmission(row: Row, now: Date): Submission {
  return {
    id: row.id,
    challengeId: row.challenge_id,
    challengeName: row.challenge_name,
    datasetVersionId: row.dataset_version_id,
    accountId: row.account_id,
    teamId: row.team_id,
    teamName: row.team_name,
    members: row.members,
    submitter:
      row.display_name === null
        ? null
        : {
            name: row.display_name,
            affiliation: row.affiliation,
            orcid: row.orcid,
            webPage: row.web_page,
          },
    author: row.kind === 'reference' ? 'Sillage' : (row.team_name ?? row.display_name ?? ''),
    kind: row.kind,
    form: row.form,
    manifest: row.manifest,
    networkSummary: row.network_summary,
    card: row.card,
    file:
      row.file_name === null || row.sha256 === null
        ? null
        : { fileName: row.file_name, sizeBytes: Number(row.size_bytes), sha256: row.sha256 },
    variable: row.variable,
    uploadId: row.upload_id,
    setId: row.set_id,
    rescoreId: row.rescore_id,
    createdAt: row.created_at,
    isScored: row.is_scored,
    isShadow: row.is_shadow,
    disclosure: levelNow(row.declared_levels, row.phases, now),
    visibility: row.visibility,
    anonymousUntil: row.anonymous_until,
    withdrawnAt: row.withdrawn_at,
    withdrawal:
      row.withdrawn_by === null ? null : { by: row.withdrawn_by, reason: row.withdrawal_reason ?? '' },
    hiddenAt: row.hidden_at,
    moderation: {
      hidden: mark(row.hidden_at, row.hidden_by, row.hidden_reason),
      verified: mark(row.verified_at, row.verified_by, row.verified_note),
      disqualified: mark(row.disqualified_at, row.disqualified_by, row.disqualified_reason),
    },
  };
}

@Injectable()
export class SubmissionsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert({ file, ...submission }: NewSubmission): Promise<void> {
    await this.database.manager.insert(SubmissionEntity, {
      ...submission,
      fileName: file?.fileName ?? null,
      sizeBytes: file?.sizeBytes ?? null,
      sha256: file?.sha256 ?? null,
      warnings: [],
      withdrawnAt: null,
      withdrawnBy: null,
      withdrawalReason: null,
    });
  }

  async find(id: string): Promise<Submission | null> {
    const [row] = await this.database.query<Row>(`${SELECT_SUBMISSIONS} where s.id = $1`, [id]);
    return row === undefined ? null : toSubmission(row, this.clock.now());
  }

  /** Newest first. */
  async list(filter: SubmissionFilter): Promise<Submission[]> {
    const rows = await this.database.query<Row>(
      `${SELECT_SUBMISSIONS}
       where ($1::text is null or s.challenge_id = $1)
         and case when $2::uuid is null
           then c.is_listed and exists (select 1 from shown_evaluations e where e.submission_id = s.id and e.state = 'scored')
           else s.account_id = $2
             or s.team_id in (select team_id from team_members where account_id = $2) end
       order by s.created_at desc, s.id limit $3`,
      [filter.challengeId, filter.accountId, filter.limit],
    );
    return this.#toSubmissions(rows);
  }

  /** Newest first, whoever may see them. @returns a page, and how many there are in all. */
  async listForOrganisers(
    filter: OrganiserFilter,
    page: { limit: number; offset: number },
  ): Promise<{ submissions: Submission[]; total: number }> {
    const where = `where ($1::text is null or s.challenge_id = $1)
      and ($2::text is null or exists (select 1 from shown_evaluations e where e.submission_id = s.id and e.state = $2))
      and ($3::text is null or strpos(lower(concat_ws(' ', a.display_name, a.email, t.name)), lower($3)) > 0)
      and case $4::text
        when 'hidden' then s.hidden_at is not null
        when 'verified' then s.verified_at is not null
        when 'disqualified' then s.disqualified_at is not null
        when 'withdrawn' then s.withdrawn_at is not null
        when 'none' then s.hidden_at is null and s.verified_at is null and s.disqualified_at is null
        else true end`;
    const values = [filter.challengeId, filter.state, filter.author, filter.moderated];
    const [count] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from submissions s
       left join accounts a on a.id = s.account_id left join teams t on t.id = s.team_id ${where}`,
      values,
    );
    const rows = await this.database.query<Row>(
      `${SELECT_SUBMISSIONS} ${where} order by s.created_at desc, s.id limit $5 offset $6`,
      [...values, page.limit, page.offset],
    );
    return { submissions: this.#toSubmissions(rows), total: count?.count ?? 0 };
  }

  /** What became of these uploads. */
  async findByUploads(uploadIds: string[]): Promise<Submission[]> {
    const rows = await this.database.query<Row>(
      `${SELECT_SUBMISSIONS} where s.upload_id = any($1) order by s.id`,
      [uploadIds],
    );
    return this.#toSubmissions(rows);
  }

  async listOfSets(setIds: string[]): Promise<Sibling[]> {
    const rows = await this.database.query<
      Omit<Sibling, 'disclosure'> & { declaredLevels: DisclosureLevel[]; phases: Phase[] | null }
    >(
      `select s.id, s.set_id as "setId", s.file_name as "fileName", s.account_id as "accountId", s.kind,
         bool_or(e.state = 'scored') as "isScored", s.visibility, s.anonymous_until as "anonymousUntil",
         s.withdrawn_at as "withdrawnAt", s.hidden_at as "hiddenAt", s.team_id as "teamId", ${MEMBERS} as members,
         ${DECLARED_LEVELS} as "declaredLevels", (select phases from challenge_settings where challenge_id = s.challenge_id) as phases,
         jsonb_agg(jsonb_build_object('area', t.area, 'scenario', t.scenario, 'state', e.state)
           order by t.area, t.scenario) as tasks
       from submissions s
       join (
         select distinct on (submission_id, task_id) * from shown_evaluations
         order by submission_id, task_id, created_at desc, id
       ) as e on e.submission_id = s.id
       join tasks t on t.id = e.task_id
       join dataset_versions v on v.id = s.dataset_version_id
       where s.set_id = any($1) group by s.id, v.id order by s.file_name, s.id`,
      [setIds],
    );
    const now = this.clock.now();
    return rows.map(({ declaredLevels, phases, ...sibling }) => ({
      ...sibling,
      disclosure: levelNow(declaredLevels, phases, now),
    }));
  }

  /** The tasks in which references of a dataset version have a score or wait for one. */
  async listReferenceTasks(
    datasetVersionId: string,
  ): Promise<{ method: string; area: string; scenario: string }[]> {
    return this.database.query(
      `select s.card ->> 'name' as method, t.area, t.scenario
       from submissions s
       join shown_evaluations e on e.submission_id = s.id
       left join ranked_evaluations ranked on ranked.id = e.id
       join tasks t on t.id = e.task_id
       where s.dataset_version_id = $1 and s.kind = 'reference'
         and (e.state in ('queued', 'running') or ranked.id is not null)`,
      [datasetVersionId],
    );
  }

  async listRankedReferences(challengeId: string): Promise<RankedReference[]> {
    return this.database.query<RankedReference>(
      `select distinct on (s.card ->> 'name', e.task_id)
         s.card ->> 'name' as method, e.task_id as "taskId", e.id as "evaluationId"
       from ranked_evaluations e
       join submissions s on s.id = e.submission_id
       join challenges c on c.current_version_id = e.dataset_version_id
       where c.id = $1 and s.kind = 'reference'
       order by s.card ->> 'name', e.task_id, e.scored_at desc, e.id`,
      [challengeId],
    );
  }

  /** Of the submission and of all that came in the same set: one of them would tell who is behind the others. */
  async listWithSet(id: string): Promise<Submission[]> {
    const rows = await this.database.query<Row>(
      `${SELECT_SUBMISSIONS}
       where s.id = $1 or s.set_id = (select set_id from submissions where id = $1) order by s.id`,
      [id],
    );
    return this.#toSubmissions(rows);
  }

  async setVisibility(
    ids: string[],
    change: Pick<NewSubmission, 'visibility' | 'anonymousUntil'>,
  ): Promise<void> {
    await this.database.query(
      'update submissions set visibility = $2, anonymous_until = $3 where id = any($1)',
      [ids, change.visibility, change.anonymousUntil],
    );
  }

  async setWithdrawn(
    id: string,
    withdrawal: { at: Date; by: Withdrawal['by']; reason: string },
  ): Promise<void> {
    await this.database.query(
      'update submissions set withdrawn_at = $2, withdrawn_by = $3, withdrawal_reason = $4 where id = $1',
      [id, withdrawal.at, withdrawal.by, withdrawal.reason],
    );
  }

  async lock(id: string): Promise<void> {
    await this.database.query('select id from submissions where id = $1 for update', [id]);
  }

  /** With all that came in the same set: while one of them is scored, or shown, none changes. */
  async lockWithSet(id: string): Promise<void> {
    await this.database.query(
      `select id from submissions
       where id = $1 or set_id = (select set_id from submissions where id = $1) order by id for update`,
      [id],
    );
  }

  #toSubmissions(rows: readonly Row[]): Submission[] {
    const now = this.clock.now();
    return rows.map((row) => toSubmission(row, now));
  }
}
