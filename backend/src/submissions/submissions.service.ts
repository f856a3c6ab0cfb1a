import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type {
  Allowance,
  ArtefactName,
  ChallengeRules,
  CreateSubmissionRequest,
  CreateSubmissionSetRequest,
  DisclosureLevel,
  JobPayload,
  MapManifest,
  MapPayload,
  MethodCard,
  Moderation,
  Obstacle,
  Person,
  PreviewFrame,
  QuotaUse,
  SubmissionForm,
  SubmissionView,
  TaskExtent,
  TaskReference,
  Visibility,
} from '@sillage/contracts';
import { isOrganiser, type Account } from '../accounts/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { ChallengesService, type Challenge, type Task } from '../challenges/challenges.service.js';
import {
  isArtefactDisclosed,
  isMapLayerDisclosed,
  isStoredArtefactDisclosed,
} from '../challenges/domain/disclosure.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { obstacleOf } from '../evaluations/domain/obstacle.js';
import { taskExtent } from '../evaluations/domain/task-extent.js';
import { EvaluationsService, type EvaluationRecord } from '../evaluations/evaluations.service.js';
import { LeaderboardService } from '../leaderboard/leaderboard.service.js';
import { QueueService } from '../queue/queue.service.js';
import { StressRunsService } from '../stress/stress-runs.service.js';
import { TeamsService } from '../teams/teams.service.js';
import { Transactions } from '../transactions/transactions.js';
import { UploadsService, type FinishedUpload } from '../uploads/uploads.service.js';
import { WorkersService } from '../workers/workers.service.js';
import { manifestFaults } from './manifest-faults.js';
import { anonymityFault, revealInstant, visibilityFault } from './domain/visibility-change.js';
import {
  isAnonymous,
  isAuthor,
  isTombstone,
  mayDownloadFile,
  mayManageSubmission,
  maySeeAuthor,
  maySeeEvaluation,
  maySeePreview,
  maySeeSubmission,
} from './domain/visibility.js';
import { dayOf, phaseSpan, quotaRefusal, tighter, type Span } from './domain/quota.js';
import { productFileName } from './domain/product-file-name.js';
import { MapManifests } from './map-manifests.js';
import {
  SubmissionsRepository,
  type OrganiserFilter,
  type RankedReference,
  type Submission,
} from './submissions.repository.js';

export type { OrganiserFilter, Submission } from './submissions.repository.js';

/** A submission with what this viewer may see of it. */
export type SubmissionDetails = {
  submission: Submission;
  isMine: boolean;
  mayManage: boolean;
  /** As it is now: what was anonymous until yesterday is public. */
  visibility: Visibility;
  /** Who of the organisers is told to organisers. */
  moderation: Moderation;
  /** Empty while the name is hidden from this viewer. */
  people: Person[];
  team: { id: string; name: string } | null;
  /** Whether the file may be downloaded, and the manifest read. */
  mayReadFile: boolean;
  siblings: SubmissionView['siblings'];
  evaluations: { record: EvaluationRecord; rank: number | null; obstacle: Obstacle | null }[];
  /** Of re-scores that are not promoted; empty for everybody but organisers. */
  shadows: SubmissionDetails['evaluations'];
};

export type StoredFile = { sha256: string; sizeBytes: number };

type FileSource = {
  kind: 'file';
  file: Omit<FinishedUpload, 'id'>;
  variable: string | null;
};
/** A checkpoint or an ONNX file, and how to run it. */
type NetworkSource = {
  kind: 'network';
  file: Omit<FinishedUpload, 'id'>;
  manifest: string | null;
};
type ComputedSource = Pick<MapPayload, 'observations' | 'method' | 'parameters'> & { kind: 'computed' };

/** A map that the platform made itself, or is to make now. */
export type NewReference = {
  card: MethodCard;
  tasks: TaskReference[];
  source: FileSource | NetworkSource | ComputedSource;
};

type NewSource =
  | (FileSource & { uploadId: string | null; onlyCovered: boolean })
  | (NetworkSource & { uploadId: string | null })
  | ComputedSource;

type NewEntry = {
  account: Account | null;
  card: MethodCard;
  tasks: TaskReference[];
  source: NewSource;
  setId: string | null;
  visibility: Visibility;
  teamId: string | null;
};

const LIST_LIMIT = 200;
const ORGANISER_PAGE = 50;
/** Frames of one reply: about a megabyte. */
const PREVIEW_LIMIT = 100;

@Injectable()
export class SubmissionsService {
  constructor(
    private readonly submissions: SubmissionsRepository,
    private readonly challenges: ChallengesService,
    private readonly evaluations: EvaluationsService,
    private readonly leaderboard: LeaderboardService,
    private readonly queue: QueueService,
    private readonly uploads: UploadsService,
    private readonly manifests: MapManifests,
    private readonly workers: WorkersService,
    private readonly teams: TeamsService,
    private readonly stressRuns: StressRunsService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async create(account: Account, request: CreateSubmissionRequest): Promise<SubmissionDetails> {
    const challenge = await this.challenges.get(request.challenge);
    this.challenges.requireInstalled(challenge);
    requireReadableManifest(request.network?.manifest ?? null);
    this.#requireFutureDay(request.visibility);
    requireKnownAreas(challenge, request.card);
    if (request.team !== null) await this.teams.requireMember(account, request.team);
    // The upload is finished before the transaction opens: hashing a large file takes seconds.
    await this.uploads.getOwned(account, request.uploadId);
    await this.uploads.finish(request.uploadId);
    const id = await this.transactions.run(async () => {
      const upload = await this.uploads.use(account, request.uploadId);
      await this.#requireAllowance(account, challenge.id, request.team);
      const [created] = await this.#insert(challenge, [
        {
          account,
          card: request.card,
          tasks: request.tasks,
          source: sourceOf(request, upload),
          setId: null,
          visibility: request.visibility,
          teamId: request.team,
        },
      ]);
      return created;
    });
    if (id === undefined) throw new Error('nothing was inserted');
    await this.uploads.removeFile(request.uploadId);
    return this.get(account, id);
  }

  /**
   * Several files of one method at once: all of them are entered, or none. The same request, sent again after its reply
   * was lost, finds the set that it made.
   */
  async createSet(account: Account, request: CreateSubmissionSetRequest): Promise<SubmissionDetails[]> {
    const challenge = await this.challenges.get(request.challenge);
    this.challenges.requireInstalled(challenge);
    requireDistinct(request);
    this.#requireFutureDay(request.visibility);
    requireKnownAreas(challenge, request.card);
    if (request.team !== null) await this.teams.requireMember(account, request.team);
    for (const { uploadId } of request.files) {
      await this.uploads.getOwned(account, uploadId);
      await this.uploads.finish(uploadId);
    }
    const ids = await this.#insertSet(account, challenge, request).catch(async (error: unknown) => {
      if (!(error instanceof DomainError) || error.code !== 'upload-already-used') throw error;
      const earlier = await this.#findSet(account, request);
      if (earlier === null) throw error;
      return earlier;
    });
    for (const { uploadId } of request.files) await this.uploads.removeFile(uploadId);
    return Promise.all(ids.map((id) => this.get(account, id)));
  }

  /** What the account, and one of its teams, may still submit. */
  async allowance(account: Account, challengeId: string, teamId: string | null): Promise<Allowance> {
    const challenge = await this.challenges.get(challengeId);
    if (teamId !== null) await this.teams.requireMember(account, teamId);
    const rules = this.challenges.rulesOf(challenge);
    const own = await this.#usesOf(rules, challengeId, { accountId: account.id });
    const ofTeam = teamId === null ? null : await this.#usesOf(rules, challengeId, { teamId });
    return {
      rules,
      perDay: tighter(own.perDay, ofTeam?.perDay ?? null),
      perPhase: tighter(own.perPhase, ofTeam?.perPhase ?? null),
    };
  }

  /**
   * Maps of the platform itself, scored like any others; with a re-score they come to light when that is promoted. Runs in the
   * transaction of the caller. @returns their ids.
   */
  async createReferences(
    challenge: Challenge,
    references: NewReference[],
    rescoreId: string | null = null,
  ): Promise<string[]> {
    const previous = rescoreId === null ? [] : await this.submissions.listRankedReferences(challenge.id);
    return this.#insert(
      challenge,
      references.map(({ source, ...reference }) => ({
        ...reference,
        account: null,
        setId: null,
        visibility: { kind: 'public' as const },
        teamId: null,
        source: newSourceOf(source),
      })),
      rescoreId === null ? null : { id: rescoreId, previous },
    );
  }

  listReferenceTasks: SubmissionsRepository['listReferenceTasks'] = (datasetVersionId) =>
    this.submissions.listReferenceTasks(datasetVersionId);

  async get(viewer: Account | null, id: string): Promise<SubmissionDetails> {
    const submission = await this.#getVisible(viewer, id);
    const [details] = await this.#withEvaluations(viewer, [submission]);
    if (details === undefined) throw submissionNotFound(id);
    return details;
  }

  /** Without its evaluations. */
  getSubmission(viewer: Account | null, id: string): Promise<Submission> {
    return this.#getVisible(viewer, id);
  }

  /** One evaluation with its submission, as far as this viewer may see it. */
  async getEvaluation(
    viewer: Account | null,
    id: string,
  ): Promise<{ record: EvaluationRecord; submission: Submission }> {
    const { record, submission } = await this.#getVisibleEvaluation(viewer, id);
    return { record, submission: this.#shown(viewer, submission) };
  }

  /** The viewer's own, or those on the boards; newest first. */
  async list(
    viewer: Account | null,
    filter: { challengeId: string | null; isMine: boolean },
  ): Promise<SubmissionDetails[]> {
    const submissions = await this.submissions.list({
      challengeId: filter.challengeId,
      accountId: filter.isMine ? (viewer?.id ?? null) : null,
      limit: LIST_LIMIT,
    });
    const levels = await this.#disclosureLevels();
    return this.#withEvaluations(
      viewer,
      submissions.filter((submission) =>
        maySeeSubmission(viewer, submission, levels.get(submission.challengeId) ?? 'blind'),
      ),
    );
  }

  /** Of all challenges, for an organiser; newest first. */
  async listForOrganisers(
    organiser: Account,
    filter: OrganiserFilter,
    page: number,
  ): Promise<{ submissions: SubmissionDetails[]; total: number; pageCount: number }> {
    const found = await this.submissions.listForOrganisers(filter, {
      limit: ORGANISER_PAGE,
      offset: (page - 1) * ORGANISER_PAGE,
    });
    return {
      submissions: await this.#withEvaluations(organiser, found.submissions),
      total: found.total,
      pageCount: Math.ceil(found.total / ORGANISER_PAGE),
    };
  }

  async cancel(account: Account, id: string): Promise<SubmissionDetails> {
    const submission = await this.#getManaged(account, id, 'cancel');
    await this.transactions.run(async () => {
      await this.submissions.lock(id);
      await this.evaluations.cancelOf(id);
      if (!isAuthor(account, submission))
        await this.audit.record({
          actor: account,
          action: 'submission.cancel',
          subject: { kind: 'submission', id },
          summary: `Cancelled ${submission.card.name} by ${submission.author} in ${submission.challengeId}.`,
        });
    });
    return this.get(account, id);
  }

  /** Of the submission and of those of its set: they are of one method, and one name would tell the others'. */
  async changeVisibility(account: Account, id: string, visibility: Visibility): Promise<SubmissionDetails> {
    await this.#getManaged(account, id, 'show or hide');
    await this.transactions.run(async () => {
      await this.submissions.lock(id);
      const set = await this.submissions.listWithSet(id);
      for (const submission of set) {
        const fault = visibilityFault(submission, visibility, this.clock.now());
        if (fault !== null) throw new DomainError('visibility-fixed', fault.message, { fix: fault.fix });
      }
      await this.submissions.setVisibility(
        set.map((submission) => submission.id),
        storedVisibility(visibility),
      );
      for (const submission of set) {
        await this.evaluations.submissionChanged(submission.id, { isWithdrawn: false });
        if (submission.visibility === 'private' && visibility.kind !== 'private')
          await this.evaluations.submissionListed(submission.id);
      }
    });
    return this.get(account, id);
  }

  /** Takes the entry from every board, for good, and ends what is still computed for it, stress runs included. Whoever cited it finds a note that says so. */
  async withdraw(account: Account, id: string, reason: string): Promise<SubmissionDetails> {
    const submission = await this.#getManaged(account, id, 'withdraw');
    const by = isAuthor(account, submission) ? ('author' as const) : ('organiser' as const);
    if (submission.kind === 'reference')
      throw new DomainError('not-allowed', 'A reference of the challenge cannot be withdrawn.');
    if (by === 'organiser' && reason === '')
      throw new DomainError('invalid-request', 'Say why you withdraw the entry of somebody else.', {
        fields: [{ path: 'reason', message: 'an organiser gives a reason' }],
      });
    await this.transactions.run(async () => {
      await this.submissions.lock(id);
      const current = await this.submissions.find(id);
      if (current === null) throw submissionNotFound(id);
      if (current.withdrawnAt !== null)
        throw new DomainError('submission-withdrawn', 'This entry was withdrawn already.');
      await this.submissions.setWithdrawn(id, { at: this.clock.now(), by, reason });
      await this.evaluations.submissionChanged(id, { isWithdrawn: true });
      await this.stressRuns.cancelOpenOf(id);
      if (by === 'organiser')
        await this.audit.record({
          actor: account,
          action: 'submission.withdraw',
          subject: { kind: 'submission', id },
          summary: `Withdrew ${submission.card.name} by ${submission.author} from ${submission.challengeId}.`,
          details: { reason },
        });
    });
    return this.get(account, id);
  }

  async getFile(viewer: Account | null, id: string): Promise<StoredFile & { fileName: string }> {
    const submission = await this.#getVisible(viewer, id);
    if (isTombstone(viewer, submission)) throw withdrawn(submission);
    const { disclosure } = await this.challenges.get(submission.challengeId);
    if (!mayDownloadFile(viewer, submission, disclosure)) {
      throw new DomainError('not-disclosed', 'The file of this submission is its author’s alone.');
    }
    if (submission.file === null) {
      throw new DomainError('file-not-found', 'The platform has not computed this map yet.', {
        fix: 'Look at the state of the submission, and try again once it is checked.',
      });
    }
    return { ...submission.file, fileName: this.#shownFileName(viewer, submission) };
  }

  async getArtefact(
    viewer: Account | null,
    evaluationId: string,
    name: ArtefactName,
  ): Promise<StoredFile & { fileName: string }> {
    const { record, submission } = await this.#getVisibleEvaluation(viewer, evaluationId);
    if (!isArtefactDisclosed(name, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `${name} is not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    const { sha256, sizeBytes } = this.#artefactOf(record, name);
    return { sha256, sizeBytes, fileName: productFileName(submission.card.name, record, name) };
  }

  /** The days of a network's map that are finished, after one; oldest first, a hundred at most. */
  async getPreview(viewer: Account | null, evaluationId: string, after: string): Promise<PreviewFrame[]> {
    const { record, submission } = await this.#getVisibleEvaluation(viewer, evaluationId);
    if (!maySeePreview(viewer, submission, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `Maps are not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    return this.evaluations.listFrames(evaluationId, after, PREVIEW_LIMIT);
  }

  /** Where one frame of a map stack lies in its file. */
  async getMapFrame(
    viewer: Account | null,
    evaluationId: string,
    layerName: MapManifest['layers'][number]['name'],
    frame: number,
  ): Promise<StoredFile & { start: number; end: number }> {
    const { record } = await this.#getVisibleEvaluation(viewer, evaluationId);
    if (!isMapLayerDisclosed(layerName, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `The map layer '${layerName}' is not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    const manifest = await this.manifests.read(this.#artefactOf(record, 'maps.json').sha256);
    const layer = manifest.layers.find(({ name }) => name === layerName);
    if (layer === undefined || frame >= layer.frameCount) {
      throw new DomainError('file-not-found', `There is no frame ${frame} of the map layer '${layerName}'.`, {
        fix: `maps.json lists the layers: ${manifest.layers.map(({ name, frameCount }) => `${name} (${frameCount})`).join(', ')}.`,
      });
    }
    const stack = this.#artefactOf(record, `${layerName}.i16`);
    const frameBytes = manifest.latDeg.length * manifest.lonDeg.length * 2;
    if (stack.sizeBytes !== frameBytes * layer.frameCount) {
      throw new Error(
        `${layerName}.i16 has ${stack.sizeBytes} bytes, its manifest says ${frameBytes} × ${layer.frameCount}`,
      );
    }
    return {
      sha256: stack.sha256,
      sizeBytes: stack.sizeBytes,
      start: frame * frameBytes,
      end: (frame + 1) * frameBytes - 1,
    };
  }

  /**
   * In the transaction that enters: two requests of one account, from two windows, count one after the other.
   * @throws DomainError `phase-closed`, `quota-used`.
   */
  async #requireAllowance(account: Account, challengeId: string, teamId: string | null): Promise<void> {
    const challenge = await this.challenges.get(challengeId);
    this.challenges.requireAccepting(challenge);
    const { perDay, perPhase } = challenge.settings.quota;
    if (perDay === null && perPhase === null) return;
    const own = { accountId: account.id };
    await this.submissions.lockAllowance(challengeId, own);
    if (teamId !== null) await this.submissions.lockAllowance(challengeId, { teamId });
    const rules = this.challenges.rulesOf(challenge);
    for (const who of teamId === null ? [own] : [own, { teamId }]) {
      const uses = await this.#usesOf(rules, challengeId, who);
      for (const kind of ['perDay', 'perPhase'] as const) {
        const use = uses[kind];
        const refusal =
          use === null ? null : quotaRefusal(use, kind, 'teamId' in who ? 'Your team has' : 'You have');
        if (refusal !== null) throw new DomainError('quota-used', refusal.message, { fix: refusal.fix });
      }
    }
  }

  async #usesOf(
    rules: ChallengeRules,
    challengeId: string,
    who: { accountId: string } | { teamId: string },
  ): Promise<Record<'perDay' | 'perPhase', QuotaUse | null>> {
    const now = new Date(rules.now);
    const use = async (limit: number | null, span: Span, resetsAt: Date | null): Promise<QuotaUse | null> =>
      limit === null
        ? null
        : {
            limit,
            used: await this.submissions.countUsed(challengeId, who, span),
            resetsAt: resetsAt?.toISOString() ?? null,
          };
    const day = dayOf(now);
    const nextPhase = rules.phases.find(
      ({ opens, acceptsSubmissions }) => acceptsSubmissions && new Date(opens) > now,
    );
    return {
      perDay: await use(rules.quota.perDay, day, day.end),
      perPhase: await use(
        rules.quota.perPhase,
        phaseSpan(rules),
        nextPhase === undefined ? null : new Date(nextPhase.opens),
      ),
    };
  }

  async #insertSet(
    account: Account,
    challenge: Challenge,
    request: CreateSubmissionSetRequest,
  ): Promise<string[]> {
    const setId = randomUUID();
    return this.transactions.run(async () => {
      const uploads = new Map<string, FinishedUpload>();
      // Taken in one order: two requests for the same uploads do not wait for each other in a circle.
      for (const uploadId of request.files.map((file) => file.uploadId).toSorted())
        uploads.set(uploadId, await this.uploads.use(account, uploadId));
      await this.#requireAllowance(account, challenge.id, request.team);
      return this.#insert(
        challenge,
        request.files.map((file) => {
          const upload = uploads.get(file.uploadId);
          if (upload === undefined) throw new Error(`upload ${file.uploadId} was not taken`);
          return {
            account,
            card: request.card,
            tasks: file.tasks,
            source: sourceOf(file, upload),
            setId,
            visibility: request.visibility,
            teamId: request.team,
          };
        }),
      );
    });
  }

  /** The set that these very files became, in the order of the request; null if they became anything else. */
  async #findSet(account: Account, request: CreateSubmissionSetRequest): Promise<string[] | null> {
    const found = await this.submissions.findByUploads(request.files.map(({ uploadId }) => uploadId));
    const setId = found[0]?.setId ?? null;
    if (setId === null) return null;
    const members = await this.submissions.listOfSets([setId]);
    if (members.length !== request.files.length) return null;
    const ids = request.files.map((file) => {
      const submission = found.find(({ uploadId }) => uploadId === file.uploadId);
      const entered = members.find(({ id }) => id === submission?.id)?.tasks ?? [];
      const isSame =
        submission !== undefined &&
        submission.setId === setId &&
        submission.accountId === account.id &&
        submission.challengeId === request.challenge &&
        submission.form === 'map' &&
        submission.variable === (file.variable ?? null) &&
        isDeepStrictEqual(submission.card, request.card) &&
        entered.every((task) => file.tasks.some((wanted) => isSameTask(wanted, task))) &&
        (file.onlyCovered || file.tasks.every((wanted) => entered.some((task) => isSameTask(wanted, task))));
      return isSame ? submission.id : null;
    });
    return ids.every((id) => id !== null) ? ids : null;
  }

  /** @returns the ids of the new submissions, in the order of the entries. */
  async #insert(
    challenge: Challenge,
    entries: NewEntry[],
    rescore: { id: string; previous: RankedReference[] } | null = null,
  ): Promise<string[]> {
    const { definition, datasetVersionId } = challenge;
    const createdAt = this.clock.now();
    const inserted: { id: string; entry: NewEntry; tasks: Task[] }[] = [];
    for (const entry of entries) {
      const { account, card, source, setId } = entry;
      const wanted = new Map(entry.tasks.map((task) => [`${task.area}/${task.scenario}`, task]));
      const tasks: Task[] = [];
      for (const { area, scenario } of wanted.values())
        tasks.push(await this.challenges.getTask(challenge, area, scenario));
      const id = randomUUID();
      const isSent = source.kind !== 'computed';
      await this.submissions.insert({
        id,
        challengeId: challenge.id,
        datasetVersionId,
        accountId: account?.id ?? null,
        teamId: entry.teamId,
        kind: account === null ? 'reference' : 'participant',
        form: formOf(source),
        card,
        file: isSent ? fileOf(source.file) : null,
        variable: source.kind === 'file' ? source.variable : null,
        manifest: source.kind === 'network' ? source.manifest : null,
        uploadId: isSent ? source.uploadId : null,
        setId,
        ...storedVisibility(entry.visibility),
        rescoreId: rescore?.id ?? null,
        createdAt,
      });
      inserted.push({ id, entry, tasks });
    }
    // All at once: the boards are locked in one order.
    await this.evaluations.create(
      inserted.flatMap(({ id, entry, tasks }) =>
        tasks.map((task) => ({
          id: randomUUID(),
          submissionId: id,
          taskId: task.id,
          datasetVersionId,
          protocol: definition.protocol,
          step: entry.source.kind === 'computed' ? ('map' as const) : ('check' as const),
          rescoreId: rescore?.id ?? null,
          previousEvaluationId:
            rescore?.previous.find(({ method, taskId }) => method === entry.card.name && taskId === task.id)
              ?.evaluationId ?? null,
          createdAt,
        })),
      ),
    );
    for (const { id, entry, tasks } of inserted) {
      for (const payload of firstJobs(
        id,
        entry.source,
        tasks.map((task) => taskExtent(definition, task)),
      ))
        await this.queue.enqueue(id, payload);
    }
    return inserted.map(({ id }) => id);
  }

  async #getVisible(viewer: Account | null, id: string): Promise<Submission> {
    const submission = await this.submissions.find(id);
    if (submission === null) throw submissionNotFound(id);
    if (submission.isShadow && viewer?.role !== 'organiser') throw submissionNotFound(id);
    const { disclosure } = await this.challenges.get(submission.challengeId);
    // Not "not allowed": whether somebody else's entry exists is not told either.
    if (!maySeeSubmission(viewer, submission, disclosure)) throw submissionNotFound(id);
    return submission;
  }

  async #getVisibleEvaluation(viewer: Account | null, id: string) {
    const record = await this.evaluations.get(id);
    if (record.isShadow && viewer?.role !== 'organiser')
      throw new DomainError('evaluation-not-found', `There is no evaluation ${id}.`);
    const submission = await this.#getVisible(viewer, record.submissionId);
    if (isTombstone(viewer, submission)) throw withdrawn(submission);
    if (!maySeeEvaluation(viewer, submission, record.state)) {
      throw new DomainError('evaluation-not-found', `There is no evaluation ${id}.`);
    }
    return { record, submission };
  }

  /** @param action - what the account wants to do with it, in words. */
  async #getManaged(account: Account, id: string, action: string): Promise<Submission> {
    const submission = await this.#getVisible(account, id);
    if (!mayManageSubmission(account, submission))
      throw new DomainError('not-allowed', `Only its author may ${action} a submission.`);
    return submission;
  }

  #requireFutureDay(visibility: Visibility): void {
    if (visibility.kind !== 'anonymous') return;
    const now = this.clock.now();
    const fault = anonymityFault(now, visibility.until, now);
    if (fault === null) return;
    throw new DomainError('invalid-request', fault.message, {
      fix: fault.fix,
      fields: [{ path: 'visibility.until', message: fault.message }],
    });
  }

  /** Without what names the author, as long as that is hidden from the viewer. */
  #shown(viewer: Account | null, submission: Submission): Submission {
    if (maySeeAuthor(viewer, submission, this.clock.now())) return submission;
    return {
      ...submission,
      author: 'anonymous',
      submitter: null,
      teamName: null,
      file:
        submission.file === null
          ? null
          : { ...submission.file, fileName: this.#shownFileName(viewer, submission) },
    };
  }

  /** A file name may hold the name of its author. */
  #shownFileName(viewer: Account | null, submission: Submission): string {
    const name = submission.file?.fileName ?? '';
    if (maySeeAuthor(viewer, submission, this.clock.now())) return name;
    return `anonymous${/\.\w{1,12}$/.exec(name)?.[0] ?? ''}`;
  }

  #artefactOf(record: EvaluationRecord, name: ArtefactName): StoredFile {
    const artefact = record.artefacts.find((candidate) => candidate.name === name);
    if (artefact === undefined) {
      throw new DomainError('file-not-found', `This evaluation has no ${name} (yet).`, {
        fix: 'Products are made right after the score; try again in a moment.',
      });
    }
    if (!isStoredArtefactDisclosed(artefact, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `${name} was made while the truth was public, which it is not now (${record.disclosure}).`,
        { fix: 'An organiser can have it made again without the truth.' },
      );
    }
    return artefact;
  }

  async #disclosureLevels(): Promise<ReadonlyMap<string, DisclosureLevel>> {
    const challenges = await this.challenges.list();
    return new Map(challenges.map(({ id, disclosure }) => [id, disclosure]));
  }

  /** Of each submission those others of its set that this viewer may see, with the entries that he may see. */
  async #siblingsOf(
    viewer: Account | null,
    submissions: Submission[],
  ): Promise<ReadonlyMap<string, SubmissionView['siblings']>> {
    const inSets = submissions.flatMap(({ id, setId, challengeId }) =>
      setId === null ? [] : [{ id, setId, challengeId }],
    );
    if (inSets.length === 0) return new Map();
    const levels = await this.#disclosureLevels();
    const members = await this.submissions.listOfSets([...new Set(inSets.map(({ setId }) => setId))]);
    return new Map(
      inSets.map(({ id, setId, challengeId }) => [
        id,
        members
          .filter((member) => member.setId === setId && member.id !== id)
          .filter((member) => maySeeSubmission(viewer, member, levels.get(challengeId) ?? 'blind'))
          .filter((member) => !isTombstone(viewer, member))
          .map((member) => ({
            submissionId: member.id,
            fileName: maySeeAuthor(viewer, member, this.clock.now()) ? member.fileName : 'anonymous',
            tasks: member.tasks
              .filter(({ state }) => maySeeEvaluation(viewer, member, state))
              .map(({ area, scenario }) => ({ area, scenario })),
          })),
      ]),
    );
  }

  async #withEvaluations(viewer: Account | null, submissions: Submission[]): Promise<SubmissionDetails[]> {
    const records = await this.evaluations.findBySubmissions(submissions.map(({ id }) => id));
    const siblings = await this.#siblingsOf(viewer, submissions);
    const levels = await this.#disclosureLevels();
    const isPredictWaiting = records.some(({ state, step }) => state === 'queued' && step === 'predict');
    const capacities = isPredictWaiting ? await this.workers.listPredictCapacities() : [];
    const now = this.clock.now();
    const detailsOf = (submission: Submission, isShadow: boolean) =>
      Promise.all(
        records
          .filter((record) => record.submissionId === submission.id && record.isShadow === isShadow)
          .filter((record) => maySeeEvaluation(viewer, submission, record.state))
          .map(async (record) => ({
            record,
            rank: record.state === 'scored' && !isShadow ? await this.leaderboard.rankOf(record) : null,
            obstacle: obstacleOf(record, capacities),
          })),
      );
    return Promise.all(
      submissions.map(async (submission) => ({
        submission: this.#shown(viewer, submission),
        isMine: isAuthor(viewer, submission),
        mayManage: mayManageSubmission(viewer, submission),
        visibility: visibilityNow(submission, now),
        moderation: moderationFor(viewer, submission),
        people: maySeeAuthor(viewer, submission, now) ? peopleOf(submission) : [],
        team: maySeeAuthor(viewer, submission, now) ? teamOf(submission) : null,
        mayReadFile: mayDownloadFile(viewer, submission, levels.get(submission.challengeId) ?? 'blind'),
        siblings: isTombstone(viewer, submission) ? [] : (siblings.get(submission.id) ?? []),
        evaluations: await detailsOf(submission, false),
        shadows: viewer?.role === 'organiser' ? await detailsOf(submission, true) : [],
      })),
    );
  }
}

type EnteredFile = {
  uploadId: string;
  variable?: string | undefined;
  onlyCovered: boolean;
  network?: { manifest: string | null } | undefined;
};

function sourceOf(file: EnteredFile, upload: FinishedUpload): NewSource {
  if (file.network !== undefined) {
    return { kind: 'network', file: upload, manifest: file.network.manifest, uploadId: file.uploadId };
  }
  return {
    kind: 'file',
    file: upload,
    variable: file.variable ?? null,
    uploadId: file.uploadId,
    onlyCovered: file.onlyCovered,
  };
}

function newSourceOf(source: NewReference['source']): NewSource {
  switch (source.kind) {
    case 'file':
      return { ...source, uploadId: null, onlyCovered: false };
    case 'network':
      return { ...source, uploadId: null };
    case 'computed':
      return source;
  }
}

function formOf(source: NewSource): SubmissionForm {
  return source.kind === 'network' ? 'network' : 'map';
}

/** @throws DomainError that names every setting that no network has, at the field of the form that holds them. */
function requireReadableManifest(manifest: string | null): void {
  const faults = manifest === null ? [] : manifestFaults(manifest);
  if (faults.length === 0) return;
  throw new DomainError('invalid-request', `The manifest cannot be used: ${faults.join('; ')}.`, {
    fix: 'Correct the settings, or send the .hydra/config.yaml of the training instead.',
    fields: faults.map((message) => ({ path: 'network.manifest', message })),
  });
}

function fileOf({ fileName, sizeBytes, sha256 }: FileSource['file']): FileSource['file'] {
  return { fileName, sizeBytes, sha256 };
}

/** The check of a file, or the mapping of what is to be computed: one job per task, which is one map. */
function firstJobs(submissionId: string, source: NewSource, tasks: TaskExtent[]): JobPayload[] {
  if (source.kind === 'computed') {
    const { observations, method, parameters } = source;
    return tasks.map((task) => ({ kind: 'map', submissionId, task, observations, method, parameters }));
  }
  const { sha256, sizeBytes, fileName } = source.file;
  const isMap = source.kind === 'file';
  return [
    {
      kind: 'check',
      submissionId,
      evaluationId: null,
      network: isMap ? null : { manifest: source.manifest },
      upload: { sha256, sizeBytes },
      fileName,
      variable: isMap ? source.variable : null,
      tasks,
      onlyCovered: isMap && source.onlyCovered,
    },
  ];
}

function isSameTask(left: TaskReference, right: TaskReference): boolean {
  return left.area === right.area && left.scenario === right.scenario;
}

/** @throws DomainError for two maps of one task, or one upload under two names: which of them would count? */
function requireDistinct({ files }: CreateSubmissionSetRequest): void {
  const seen = new Set<string>();
  const fields = files.flatMap((file, index) =>
    [
      { key: `upload ${file.uploadId}`, path: `files.${index}.uploadId` },
      ...[...new Set(file.tasks.map(({ area, scenario }) => `${area} × ${scenario}`))].map((key) => ({
        key,
        path: `files.${index}.tasks`,
      })),
    ].flatMap(({ key, path }) => {
      if (seen.has(key)) return [{ path, message: `${key} is in another file of the set already` }];
      seen.add(key);
      return [];
    }),
  );
  if (fields.length === 0) return;
  throw new DomainError('invalid-request', 'A set has one map for each task, and each upload once.', {
    fields,
  });
}

function submissionNotFound(id: string): DomainError {
  return new DomainError('submission-not-found', `There is no submission ${id}.`, {
    fix: 'A submission is visible to others once it is on a leaderboard.',
  });
}

function withdrawn({ id, withdrawnAt }: Submission): DomainError {
  return new DomainError(
    'submission-withdrawn',
    `Submission ${id} was withdrawn on ${withdrawnAt?.toISOString().slice(0, 10) ?? ''}; its scores and files are not shown any more.`,
    { fix: 'Its page says why, if a reason was told.' },
  );
}

function storedVisibility(visibility: Visibility): Pick<Submission, 'visibility' | 'anonymousUntil'> {
  return {
    visibility: visibility.kind,
    anonymousUntil: visibility.kind === 'anonymous' ? revealInstant(visibility.until) : null,
  };
}

function visibilityNow(submission: Submission, now: Date): Visibility {
  const { visibility, anonymousUntil } = submission;
  if (visibility !== 'anonymous') return { kind: visibility };
  return anonymousUntil !== null && isAnonymous(submission, now)
    ? { kind: 'anonymous', until: anonymousUntil.toISOString().slice(0, 10) }
    : { kind: 'public' };
}

function moderationFor(viewer: Account | null, { moderation }: Submission): Moderation {
  const shown = (mark: Submission['moderation']['hidden']) =>
    mark === null
      ? null
      : { at: mark.at.toISOString(), by: isOrganiser(viewer) ? mark.by : null, reason: mark.reason };
  return {
    hidden: shown(moderation.hidden),
    verified: shown(moderation.verified),
    disqualified: shown(moderation.disqualified),
  };
}

function peopleOf({ teamId, members, submitter }: Submission): Person[] {
  if (teamId === null) return submitter === null ? [] : [submitter];
  return members.map(({ name, affiliation, orcid, webPage }) => ({ name, affiliation, orcid, webPage }));
}

function teamOf({ teamId, teamName }: Submission): { id: string; name: string } | null {
  return teamId === null || teamName === null ? null : { id: teamId, name: teamName };
}

/** Where a method was trained is told in areas of the challenge: others have no board that it could be compared on. */
function requireKnownAreas({ definition }: Challenge, { trainedOn }: MethodCard): void {
  const known = definition.areas.map(({ id }) => id);
  const index = (trainedOn ?? []).findIndex((area) => !known.includes(area));
  if (index < 0) return;
  const message = `Challenge '${definition.id}' has no area '${trainedOn?.[index]}'.`;
  throw new DomainError('invalid-request', message, {
    fix: `Its areas are: ${known.join(', ')}. Leave out what was trained on elsewhere, and say it in the description.`,
    fields: [{ path: `card.trainedOn.${index}`, message }],
  });
}
