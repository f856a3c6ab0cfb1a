import type {
  ArtefactName,
  BoardStatistics,
  CheckWarning,
  EvaluationState,
  MethodCard,
  NetworkRun,
  NetworkSummary,
  Physics,
  PreviewFrame,
  Protocol,
  Scores,
  Step,
  SubmissionForm,
  Visibility,
  Withdrawal,
} from '@sillage/contracts';
import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
  type Relation,
} from 'typeorm';
import type { StoredRejection } from '../../disclosure/domain/disclosure.js';
import type { PublicTest } from '../../disclosure/domain/public-test.js';
import { AccountEntity } from './account.entity.js';
import { ChallengeEntity, DatasetVersionEntity, TaskEntity } from './challenge.entity.js';
import { RescoreEntity } from './rescore.entity.js';
import { TeamEntity } from './team.entity.js';

const bytes = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

@Entity('submissions')
@Unique(['uploadId'])
@Check(
  'submissions_file_check',
  `(sha256 is null) = (file_name is null) and (sha256 is null) = (size_bytes is null)
   and (kind = 'reference' or sha256 is not null)`,
)
@Check('submissions_form_check', `form in ('map', 'network')`)
@Check(
  'submissions_visibility_check',
  `visibility in ('public', 'private', 'anonymous')
   and (visibility = 'anonymous') = (anonymous_until is not null)`,
)
@Check(
  'submissions_withdrawal_check',
  `(withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawal_reason is null)
   and withdrawn_by in ('author', 'organiser')`,
)
@Check(
  'submissions_moderation_check',
  `(hidden_at is null) = (hidden_by is null) and (hidden_at is null) = (hidden_reason is null)
   and (verified_at is null) = (verified_by is null) and (verified_at is null) = (verified_note is null)
   and (disqualified_at is null) = (disqualified_by is null)
   and (disqualified_at is null) = (disqualified_reason is null)
   and (verified_at is null or disqualified_at is null)`,
)
export class SubmissionEntity {
  @PrimaryColumn('uuid') id: string;
  @Index()
  @Column('text')
  challengeId: string;
  @ManyToOne(() => ChallengeEntity)
  @JoinColumn({ name: 'challenge_id' })
  challenge: Relation<ChallengeEntity>;
  @Column('uuid') datasetVersionId: string;
  @ManyToOne(() => DatasetVersionEntity)
  @JoinColumn({ name: 'dataset_version_id' })
  datasetVersion: Relation<DatasetVersionEntity>;
  /** Null for what the platform made itself. */
  @Index()
  @Column('uuid', { nullable: true })
  accountId: string | null;
  @ManyToOne(() => AccountEntity, { nullable: true })
  @JoinColumn({ name: 'account_id' })
  account: Relation<AccountEntity> | null;
  /** In whose name; null for a person's own. */
  @Index()
  @Column('uuid', { nullable: true })
  teamId: string | null;
  @ManyToOne(() => TeamEntity, { nullable: true })
  @JoinColumn({ name: 'team_id' })
  team: Relation<TeamEntity> | null;
  @Column('text') kind: 'participant' | 'reference';
  @Column('text', { default: 'map' }) form: SubmissionForm;
  @Column('jsonb') card: MethodCard;
  /** File name, size and hash are null as long as the platform itself is to compute the map. */
  @Column('text', { nullable: true }) fileName: string | null;
  @Column('bigint', { nullable: true, transformer: bytes }) sizeBytes: number | null;
  @Column('text', { nullable: true }) sha256: string | null;
  /** The upload that it was made from: a request that is sent again finds what became of the first. */
  @Column('text', { nullable: true }) uploadId: string | null;
  /** Shared by the submissions that came in one request. */
  @Index()
  @Column('uuid', { nullable: true })
  setId: string | null;
  /** The variable to score, where the file holds several. */
  @Column('text', { nullable: true }) variable: string | null;
  /** How a network is run; null for maps, and where the file says it itself. */
  @Column('text', { nullable: true }) manifest: string | null;
  /** The checked network in the one form that is run; null before the check, and for maps. */
  @Column('text', { nullable: true }) networkSha256: string | null;
  @Column('bigint', { nullable: true, transformer: bytes }) networkSizeBytes: number | null;
  @Column('jsonb', { nullable: true }) networkSummary: NetworkSummary | null;
  /** The checked map in the one form that is scored; null before the check, and for networks. */
  @Column('text', { nullable: true }) canonicalSha256: string | null;
  @Column('bigint', { nullable: true, transformer: bytes }) canonicalSizeBytes: number | null;
  @Column('jsonb', { default: [] }) warnings: CheckWarning[];
  @Column('text', { default: 'public' }) visibility: Visibility['kind'];
  /** When the name is shown; null unless the visibility is anonymous. */
  @Column('timestamptz', { nullable: true }) anonymousUntil: Date | null;
  @Column('timestamptz', { nullable: true }) withdrawnAt: Date | null;
  @Column('text', { nullable: true }) withdrawnBy: Withdrawal['by'] | null;
  @Column('text', { nullable: true }) withdrawalReason: string | null;
  /** `…By`: the name of the organiser as it was then; the audit log has the account. */
  @Column('timestamptz', { nullable: true }) hiddenAt: Date | null;
  @Column('text', { nullable: true }) hiddenBy: string | null;
  @Column('text', { nullable: true }) hiddenReason: string | null;
  @Column('timestamptz', { nullable: true }) verifiedAt: Date | null;
  @Column('text', { nullable: true }) verifiedBy: string | null;
  @Column('text', { nullable: true }) verifiedNote: string | null;
  @Column('timestamptz', { nullable: true }) disqualifiedAt: Date | null;
  @Column('text', { nullable: true }) disqualifiedBy: string | null;
  @Column('text', { nullable: true }) disqualifiedReason: string | null;
  /** Set for a reference that a re-score entered; nobody but organisers finds it before that is promoted. */
  @Index()
  @Column('uuid', { nullable: true })
  rescoreId: string | null;
  @ManyToOne(() => RescoreEntity, { nullable: true })
  @JoinColumn({ name: 'rescore_id' })
  rescore: Relation<RescoreEntity> | null;
  @Index()
  @Column('timestamptz')
  createdAt: Date;
}

@Entity('evaluations')
// The five parts that make a score: nothing is scored twice under the same key, but once more in each re-score. TypeORM does not
// know `nulls not distinct`, which the migration says.
@Index('evaluations_five_part_key', { synchronize: false })
@Check(
  'evaluations_state_check',
  `state in ('queued', 'running', 'scored', 'rejected', 'failed', 'cancelled')`,
)
@Check(
  'evaluations_scored_check',
  `(state = 'scored') = (mu is not null and score_values is not null and scored_at is not null)`,
)
@Check('evaluations_rejected_check', `(state = 'rejected') = (rejection is not null)`)
export class EvaluationEntity {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') submissionId: string;
  @ManyToOne(() => SubmissionEntity)
  @JoinColumn({ name: 'submission_id' })
  submission: Relation<SubmissionEntity>;
  @Index()
  @Column('uuid')
  taskId: string;
  @ManyToOne(() => TaskEntity)
  @JoinColumn({ name: 'task_id' })
  task: Relation<TaskEntity>;
  @Index()
  @Column('uuid')
  datasetVersionId: string;
  @ManyToOne(() => DatasetVersionEntity)
  @JoinColumn({ name: 'dataset_version_id' })
  datasetVersion: Relation<DatasetVersionEntity>;
  @Column('text') protocol: Protocol;
  /** Empty until a worker takes the score step: an empty string, since nulls are distinct in a unique key. */
  @Column('text', { default: '' }) evaluatorVersion: string;
  @Column('text') state: EvaluationState;
  /** Running or next; null once final. */
  @Column('text', { nullable: true }) step: Step | null;
  @Column('timestamptz') stateSince: Date;
  /** That of the score values, by which boards are sorted. */
  @Column('double precision', { nullable: true }) mu: number | null;
  /** Unrounded, whatever the disclosure level: read `STORED_SCORES`. */
  @Column('jsonb', { nullable: true }) scoreValues: Scores | null;
  @Column('timestamptz', { nullable: true }) scoredAt: Date | null;
  @Column('jsonb', { nullable: true }) rejection: StoredRejection | null;
  @Column('text', { nullable: true }) failureMessage: string | null;
  @Column('jsonb', { default: [] }) warnings: CheckWarning[];
  /** The checked map that a network computed for this task; null where the submission is the map. */
  @Column('text', { nullable: true }) canonicalSha256: string | null;
  @Column('bigint', { nullable: true, transformer: bytes }) canonicalSizeBytes: number | null;
  /** What ran the network, and what that took. */
  @Column('jsonb', { nullable: true }) run: NetworkRun | null;
  /** Null along a track, and for scores of an evaluator that did not compute it yet. */
  @Column('jsonb', { nullable: true }) physics: Physics | null;
  /** What a public test tells of the score; null where there is none. */
  @Column('jsonb', { nullable: true }) publicTest: PublicTest | null;
  /** Set where it came with a re-score. Until that is promoted it is a shadow: read `shown_evaluations`, not this table. */
  @Index()
  @Column('uuid', { nullable: true })
  rescoreId: string | null;
  @ManyToOne(() => RescoreEntity, { nullable: true })
  @JoinColumn({ name: 'rescore_id' })
  rescore: Relation<RescoreEntity> | null;
  /** The score that it was compared with; null for a reference that is new in its dataset version. */
  @Index()
  @Column('uuid', { nullable: true })
  previousEvaluationId: string | null;
  @ManyToOne(() => EvaluationEntity, { nullable: true })
  @JoinColumn({ name: 'previous_evaluation_id' })
  previousEvaluation: Relation<EvaluationEntity> | null;
  @Column('timestamptz') createdAt: Date;
}

/** What intervals and ranks by wavelength are made of. Evaluations that were scored before it was kept have none. */
@Entity('evaluation_statistics')
export class EvaluationStatisticsEntity {
  @PrimaryColumn('uuid') evaluationId: string;
  @ManyToOne(() => EvaluationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'evaluation_id' })
  evaluation: Relation<EvaluationEntity>;
  @Column('jsonb') daily: BoardStatistics['daily'];
  @Column('jsonb', { nullable: true }) bands: BoardStatistics['bands'];
}

/** Finished days of a map that a network is computing, small, for the page that watches it. */
@Entity('preview_frames')
export class PreviewFrameEntity {
  @PrimaryColumn('uuid') evaluationId: string;
  @ManyToOne(() => EvaluationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'evaluation_id' })
  evaluation: Relation<EvaluationEntity>;
  /** `YYYY-MM-DD` */
  @PrimaryColumn('text') day: string;
  @Column('jsonb') frame: PreviewFrame;
}

@Entity('artefacts')
export class ArtefactEntity {
  @PrimaryColumn('uuid') evaluationId: string;
  @ManyToOne(() => EvaluationEntity)
  @JoinColumn({ name: 'evaluation_id' })
  evaluation: Relation<EvaluationEntity>;
  @PrimaryColumn('text') name: ArtefactName;
  @Column('text') sha256: string;
  @Column('bigint', { transformer: bytes }) sizeBytes: number;
  /** Made while the truth was public: truth and error may be in it. */
  @Column('boolean', { default: false }) holdsTruth: boolean;
}
