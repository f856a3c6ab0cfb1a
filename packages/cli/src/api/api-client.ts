import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import {
  accountViewSchema,
  adminHealthSchema,
  collectionSchema,
  adminSubmissionPageSchema,
  allowanceSchema,
  organiserListSchema,
  apiErrorBodySchema,
  auditPageSchema,
  auditVerificationSchema,
  challengeSettingsSchema,
  challengeSummarySchema,
  challengeViewSchema,
  createdTokenSchema,
  datasetVersionDetailsSchema,
  datasetVersionListSchema,
  draftListSchema,
  draftViewSchema,
  serverFileListSchema,
  idSchema,
  leaderboardSchema,
  productsAgainSchema,
  quotaLedgerSchema,
  retriedSchema,
  storageReportSchema,
  stressViewSchema,
  rescoreListSchema,
  rescoreReportSchema,
  rescoreViewSchema,
  signingKeySchema,
  submissionListSchema,
  submissionViewSchema,
  teamListSchema,
} from '@sillage/contracts';
import type {
  AccountView,
  AddDraftFileRequest,
  AdminHealth,
  CancelStressRequest,
  Collection,
  StorageReport,
  AdminSubmissionPage,
  Allowance,
  AuditPage,
  AuditVerification,
  ChallengeSettings,
  ModerationAction,
  PutChallengeSettings,
  QuotaLedger,
  Retried,
  ApiErrorCode,
  ChallengeSummary,
  ChallengeView,
  CreateDraftRequest,
  CreateSubmissionRequest,
  CreateSubmissionSetRequest,
  CreatedToken,
  DatasetVersionDetails,
  DatasetVersionView,
  DraftSummary,
  DraftView,
  Leaderboard,
  PublishVersionRequest,
  PromoteRescoreRequest,
  RegisterChallengeRequest,
  RescoreReport,
  RescoreView,
  SaveDraftRequest,
  ServerFileList,
  StartRescoreRequest,
  StressRequest,
  StressView,
  SigningKey,
  SubmissionView,
  TeamView,
  TokenScope,
  ValidateDraftRequest,
} from '@sillage/contracts';
import { CommandError } from '../command-error.js';
import type { ServerSettings } from '../settings/settings.js';

/** The platform answered with an error; the message holds what it said and how to mend it. */
export class ApiError extends CommandError {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

type Schema<Value> = {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: { message: string } };
};

/** Calls of the platform's API with every reply parsed. */
export class ApiClient {
  constructor(readonly server: ServerSettings) {}

  me(): Promise<AccountView> {
    return this.get('/api/auth/me', accountViewSchema);
  }

  async challenges(): Promise<ChallengeSummary[]> {
    const schema = challengeSummarySchema.array();
    const reply = await this.callJson('GET', '/api/challenges');
    return this.parse(
      schema,
      typeof reply === 'object' && reply !== null && 'challenges' in reply ? reply.challenges : null,
    );
  }

  challenge(id: string): Promise<ChallengeView> {
    return this.get(`/api/challenges/${encodeURIComponent(id)}`, challengeViewSchema);
  }

  /** What the account, and one of its teams, may still submit. */
  allowance(challenge: string, team: string | null): Promise<Allowance> {
    const query = team === null ? '' : `?${new URLSearchParams({ team })}`;
    return this.get(`/api/challenges/${encodeURIComponent(challenge)}/allowance${query}`, allowanceSchema);
  }

  health(): Promise<AdminHealth> {
    return this.get('/api/admin/health', adminHealthSchema);
  }

  storage(): Promise<StorageReport> {
    return this.get('/api/admin/storage', storageReportSchema);
  }

  async collect(): Promise<Collection> {
    return this.parse(collectionSchema, await this.callJson('POST', '/api/admin/storage/collect'));
  }

  async retry(evaluation: string): Promise<Retried> {
    const path = `/api/admin/evaluations/${encodeURIComponent(evaluation)}/retry`;
    return this.parse(retriedSchema, await this.callJson('POST', path));
  }

  audit(query: Record<string, string>): Promise<AuditPage> {
    return this.get(`/api/admin/audit?${new URLSearchParams(query)}`, auditPageSchema);
  }

  verifyAudit(): Promise<AuditVerification> {
    return this.get('/api/admin/audit/verify', auditVerificationSchema);
  }

  adminSubmissions(query: Record<string, string>): Promise<AdminSubmissionPage> {
    return this.get(`/api/admin/submissions?${new URLSearchParams(query)}`, adminSubmissionPageSchema);
  }

  async moderate(id: string, action: ModerationAction, reason: string): Promise<SubmissionView> {
    const path = `${submissionPath(id).replace('/api/', '/api/admin/')}/${action}`;
    return this.parse(submissionViewSchema, await this.callJson('POST', path, { reason }));
  }

  challengeSettings(challenge: string): Promise<ChallengeSettings> {
    return this.get(settingsPath(challenge), challengeSettingsSchema);
  }

  async putChallengeSettings(challenge: string, settings: PutChallengeSettings): Promise<ChallengeSettings> {
    return this.parse(challengeSettingsSchema, await this.callJson('PUT', settingsPath(challenge), settings));
  }

  quotaLedger(challenge: string, owner: { account: string } | { team: string }): Promise<QuotaLedger> {
    const path = `/api/admin/challenges/${encodeURIComponent(challenge)}/allowance`;
    return this.get(`${path}?${new URLSearchParams(owner)}`, quotaLedgerSchema);
  }

  /** @returns of how many scores files and maps are made again. */
  async makeProductsAgain(challenge: string): Promise<number> {
    const path = `/api/admin/challenges/${encodeURIComponent(challenge)}/products`;
    return this.parse(productsAgainSchema, await this.callJson('POST', path)).enqueued;
  }

  leaderboard(challenge: string, area: string, scenario: string): Promise<Leaderboard> {
    const query = new URLSearchParams({ area, scenario });
    return this.get(
      `/api/challenges/${encodeURIComponent(challenge)}/leaderboard?${query}`,
      leaderboardSchema,
    );
  }

  /** The public half of the key that the platform signs receipts with. */
  signingKey(): Promise<SigningKey> {
    return this.get('/api/signing-key', signingKeySchema);
  }

  async submission(id: string): Promise<SubmissionView> {
    return this.get(submissionPath(id), submissionViewSchema);
  }

  async stress(id: string): Promise<StressView> {
    return this.get(stressPath(id), stressViewSchema);
  }

  /** Asks for runs; those that there are already are not made again. */
  async askStress(id: string, request: StressRequest): Promise<StressView> {
    return this.parse(stressViewSchema, await this.callJson('POST', stressPath(id), request));
  }

  async cancelStress(id: string, request: CancelStressRequest): Promise<StressView> {
    return this.parse(stressViewSchema, await this.callJson('POST', `${stressPath(id)}/cancel`, request));
  }

  async organisers(): Promise<AccountView[]> {
    return (await this.get('/api/organisers', organiserListSchema)).organisers;
  }

  async addOrganiser(email: string): Promise<AccountView> {
    return this.parse(accountViewSchema, await this.callJson('POST', '/api/organisers', { email }));
  }

  async removeOrganiser(id: string): Promise<void> {
    await this.call('DELETE', `/api/organisers/${encodeURIComponent(id)}`, {});
  }

  async teams(): Promise<TeamView[]> {
    return (await this.get('/api/teams', teamListSchema)).teams;
  }

  async withdraw(id: string, reason: string): Promise<SubmissionView> {
    const path = `/api/submissions/${encodeURIComponent(id)}/withdraw`;
    return this.parse(submissionViewSchema, await this.callJson('POST', path, { reason }));
  }

  async createSubmission(request: CreateSubmissionRequest): Promise<SubmissionView> {
    return this.parse(submissionViewSchema, await this.callJson('POST', '/api/submissions', request));
  }

  async createSubmissionSet(request: CreateSubmissionSetRequest): Promise<SubmissionView[]> {
    const reply = await this.callJson('POST', '/api/submissions/sets', request);
    return this.parse(submissionListSchema, reply).submissions;
  }

  /** Sends in again what the references of a challenge lack on the boards. @returns the new submissions. */
  async enterReferences(challenge: string): Promise<SubmissionView[]> {
    const reply = await this.callJson('POST', `/api/challenges/${encodeURIComponent(challenge)}/references`);
    return this.parse(submissionListSchema, reply).submissions;
  }

  async registerChallenge(request: RegisterChallengeRequest): Promise<ChallengeView> {
    return this.parse(challengeViewSchema, await this.callJson('POST', '/api/challenges', request));
  }

  async drafts(): Promise<DraftSummary[]> {
    return (await this.get('/api/curation/drafts', draftListSchema)).drafts;
  }

  draft(id: string): Promise<DraftView> {
    return this.get(draftPath(id), draftViewSchema);
  }

  /** Without its report. */
  watchDraft(id: string): Promise<DraftView> {
    return this.get(`${draftPath(id)}?report=none`, draftViewSchema);
  }

  async createDraft(request: CreateDraftRequest): Promise<DraftView> {
    return this.parse(draftViewSchema, await this.callJson('POST', '/api/curation/drafts', request));
  }

  async saveDraft(id: string, request: SaveDraftRequest): Promise<DraftView> {
    return this.parse(draftViewSchema, await this.callJson('PUT', draftPath(id), request));
  }

  async deleteDraft(id: string, revision: number): Promise<void> {
    const reply = await this.call('DELETE', `${draftPath(id)}?revision=${revision}`, {});
    await reply.body?.cancel();
  }

  async addDraftFile(id: string, request: AddDraftFileRequest): Promise<DraftView> {
    return this.parse(draftViewSchema, await this.callJson('POST', `${draftPath(id)}/files`, request));
  }

  async removeDraftFile(id: string, path: string, revision: number): Promise<DraftView> {
    const address = `${draftPath(id)}/files/${encodeURIComponent(path)}?revision=${revision}`;
    return this.parse(draftViewSchema, await this.callJson('DELETE', address));
  }

  serverFiles(): Promise<ServerFileList> {
    return this.get('/api/curation/server-files', serverFileListSchema);
  }

  async inspectDraft(id: string, revision: number): Promise<DraftView> {
    const reply = await this.callJson('POST', `${draftPath(id)}/inspect`, { revision });
    return this.parse(draftViewSchema, reply);
  }

  async validateDraft(id: string, request: ValidateDraftRequest): Promise<DatasetVersionDetails> {
    const reply = await this.callJson('POST', `${draftPath(id)}/validate`, request);
    return this.parse(datasetVersionDetailsSchema, reply);
  }

  async datasetVersions(challenge: string): Promise<DatasetVersionView[]> {
    return (await this.get(versionsPath(challenge), datasetVersionListSchema)).versions;
  }

  async startRescore(request: StartRescoreRequest): Promise<RescoreView> {
    return this.parse(rescoreViewSchema, await this.callJson('POST', '/api/curation/rescores', request));
  }

  async rescores(challenge?: string): Promise<RescoreView[]> {
    const query = challenge === undefined ? '' : `?${new URLSearchParams({ challenge })}`;
    return (await this.get(`/api/curation/rescores${query}`, rescoreListSchema)).rescores;
  }

  rescore(id: string): Promise<RescoreView> {
    return this.get(rescorePath(id), rescoreViewSchema);
  }

  rescoreDifferences(id: string): Promise<RescoreReport> {
    return this.get(`${rescorePath(id)}/differences`, rescoreReportSchema);
  }

  async rescoreCsv(id: string): Promise<string> {
    return (await this.call('GET', `${rescorePath(id)}/differences.csv`, {})).text();
  }

  async promoteRescore(id: string, request: PromoteRescoreRequest): Promise<RescoreView> {
    return this.parse(rescoreViewSchema, await this.callJson('POST', `${rescorePath(id)}/promote`, request));
  }

  async endRescore(id: string, how: 'discard' | 'cancel' | 'retry-failed'): Promise<RescoreView> {
    return this.parse(rescoreViewSchema, await this.callJson('POST', `${rescorePath(id)}/${how}`));
  }

  async publishVersion(
    challenge: string,
    version: string,
    request: PublishVersionRequest,
  ): Promise<DatasetVersionDetails> {
    const path = `${versionsPath(challenge)}/${encodeURIComponent(version)}/publish`;
    return this.parse(datasetVersionDetailsSchema, await this.callJson('POST', path, request));
  }

  async retireVersion(challenge: string, version: string): Promise<DatasetVersionDetails> {
    const path = `${versionsPath(challenge)}/${encodeURIComponent(version)}/retire`;
    return this.parse(datasetVersionDetailsSchema, await this.callJson('POST', path));
  }

  /** Signs in and makes a token for this shell; the session itself is not kept. */
  async createToken(
    email: string,
    password: string,
    request: { name: string; scopes: TokenScope[]; expiresInDays: number },
  ): Promise<CreatedToken> {
    const signIn = await this.call('POST', '/api/auth/sign-in', { body: { email, password } });
    const cookie = signIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0] ?? '')
      .join('; ');
    await signIn.body?.cancel();
    const created = await this.call('POST', '/api/tokens', { body: request, cookie });
    return this.parse(createdTokenSchema, await created.json());
  }

  /** Writes the file beside its name first, so that a broken download never looks whole. */
  async download(
    path: string,
    outputPath: string,
    onProgress: (doneBytes: number, totalBytes: number | null) => void,
  ): Promise<number> {
    const response = await this.call('GET', path, {});
    if (response.body === null) throw new CommandError(`${this.server.url}${path} came without content`);
    const length = response.headers.get('content-length');
    const totalBytes = length === null ? null : Number(length);
    let doneBytes = 0;
    const temporary = `${outputPath}.part`;
    // The DOM's and Node's ReadableStream are the same object at run time but not the same type.
    const body = Readable.fromWeb(response.body as NodeReadableStream<Uint8Array>);
    body.on('data', (chunk: Buffer) => {
      doneBytes += chunk.length;
      onProgress(doneBytes, totalBytes);
    });
    try {
      await pipeline(body, createWriteStream(temporary));
      await rename(temporary, outputPath);
    } catch (error) {
      await rm(temporary, { force: true });
      if (error instanceof Error && 'path' in error) throw error;
      throw new CommandError(`the download broke off after ${doneBytes} bytes; try again`, { cause: error });
    }
    return doneBytes;
  }

  private async get<Value>(path: string, schema: Schema<Value>): Promise<Value> {
    return this.parse(schema, await this.callJson('GET', path));
  }

  private async callJson(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.call(method, path, body === undefined ? {} : { body });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new CommandError(
        `${this.server.url} does not answer like a Sillage platform; check SILLAGE_URL`,
        { cause },
      );
    }
  }

  private parse<Value>(schema: Schema<Value>, value: unknown): Value {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new CommandError(
      `${this.server.url} answered in a form that this version of sillage does not know; update one of them`,
      { cause: parsed.error },
    );
  }

  private async call(
    method: string,
    path: string,
    options: { body?: unknown; cookie?: string },
  ): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json, */*', origin: this.server.url };
    if (options.cookie !== undefined) headers.cookie = options.cookie;
    else if (this.server.token !== null) headers.authorization = `Bearer ${this.server.token}`;
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    let response: Response;
    try {
      const body = options.body === undefined ? null : JSON.stringify(options.body);
      response = await fetch(this.server.url + path, { method, headers, body });
    } catch (cause) {
      throw unreachable(this.server.url, cause);
    }
    if (response.ok) return response;
    throw apiErrorFrom(response.status, await response.text().catch(() => ''), this.server);
  }
}

const settingsPath = (challenge: string): string =>
  `/api/admin/challenges/${encodeURIComponent(challenge)}/settings`;

/** @throws CommandError that says where such ids are found, before the platform is asked in vain. */
export function idOf(what: string, id: string, where: string): string {
  if (idSchema.safeParse(id).success) return id;
  throw new CommandError(`'${id}' is not the id of ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}; ${where}`);
}

const submissionPath = (id: string): string =>
  `/api/submissions/${idOf('submission', id, "'sillage submit' prints it, and its page has it in the address")}`;

const rescorePath = (id: string): string =>
  `/api/curation/rescores/${idOf('re-score', id, "'sillage rescore list' prints them")}`;

const draftPath = (id: string): string =>
  `/api/curation/drafts/${idOf('draft', id, "'sillage draft list' prints them")}`;

const versionsPath = (challenge: string): string =>
  `/api/curation/challenges/${encodeURIComponent(challenge)}/versions`;

const stressPath = (id: string): string => `${submissionPath(id)}/stress`;

export function unreachable(url: string, cause: unknown): CommandError {
  let innermost: unknown = cause;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  const reason = innermost instanceof Error ? innermost.message || innermost.name : String(innermost);
  return new CommandError(
    `${url} does not answer (${reason}); check SILLAGE_URL and that the platform runs`,
    { cause },
  );
}

export function apiErrorFrom(status: number, text: string, server: ServerSettings): CommandError {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not ours: a proxy's page, told apart below.
  }
  const parsed = apiErrorBodySchema.safeParse(body);
  if (!parsed.success)
    return new CommandError(
      `${server.url} answered ${status}, not like a Sillage platform; check SILLAGE_URL`,
    );
  const { code, message, fix, fields } = parsed.data.error;
  // The message of a request that is not valid names its fields already.
  const details = (fields ?? [])
    .filter((field) => field.path !== '')
    .map((field) => `${field.path}: ${field.message}`)
    .filter((detail) => !message.includes(detail))
    .join('; ');
  const isSignedOut = code === 'not-signed-in' || code === 'token-expired';
  const hint = isSignedOut
    ? "Run 'sillage login', or set SILLAGE_TOKEN to a token from your account page."
    : (fix ?? '');
  const stop = /[.!?]$/.test(message) ? '' : '.';
  const parts = [details === '' ? `${message}${stop}` : `${message.replace(/\.$/, '')} (${details}).`, hint];
  return new ApiError(code, parts.filter((part) => part !== '').join(' '));
}
