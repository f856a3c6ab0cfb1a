import {
  accountViewSchema,
  apiErrorBodySchema,
  boxStatisticsSchema,
  challengeSummarySchema,
  challengeViewSchema,
  createdTokenSchema,
  diagnosticsSchema,
  documentListSchema,
  leaderboardSchema,
  mapManifestSchema,
  previewSchema,
  stressViewSchema,
  submissionListSchema,
  submissionViewSchema,
  tokenViewSchema,
  zonalSpectraSchema,
  type AccountView,
  type BoxStatistics,
  type ChallengeSummary,
  type ChallengeView,
  type CreatedToken,
  type CreateSubmissionRequest,
  type CreateSubmissionSetRequest,
  type Diagnostics,
  type DocumentList,
  type Leaderboard,
  type MapManifest,
  type PreviewFrame,
  type RegisterRequest,
  type SignInRequest,
  type StressView,
  type SubmissionView,
  type TokenView,
  type ZonalSpectraView,
} from '@sillage/contracts';
import { apiPaths } from '../paths';
import { ApiFailure, ServiceUnreachable } from './api-failure';

/** What the gateway needs from its surroundings: the server forwards the visitor's cookie, the browser sends its own. */
export type Transport = (path: string, init: RequestInit) => Promise<Response>;

type Parser<Value> = { parse: (input: unknown) => Value };
type Call = { method?: 'GET' | 'POST' | 'DELETE'; body?: unknown; signal?: AbortSignal };

export type Gateway = {
  account: () => Promise<AccountView | null>;
  register: (request: RegisterRequest) => Promise<AccountView>;
  signIn: (request: SignInRequest) => Promise<AccountView>;
  signOut: () => Promise<void>;
  tokens: () => Promise<TokenView[]>;
  createToken: (request: { name: string; expiresInDays: number }) => Promise<CreatedToken>;
  revokeToken: (token: string) => Promise<void>;
  challenges: () => Promise<ChallengeSummary[]>;
  challenge: (challenge: string) => Promise<ChallengeView>;
  leaderboard: (
    challenge: string,
    area: string,
    scenario: string,
    signal?: AbortSignal,
  ) => Promise<Leaderboard>;
  submissions: (options: { mine: boolean; challenge?: string }) => Promise<SubmissionView[]>;
  submission: (submission: string, signal?: AbortSignal) => Promise<SubmissionView>;
  createSubmission: (request: CreateSubmissionRequest) => Promise<SubmissionView>;
  /** Several files at once: all of them become submissions, or none does. */
  createSubmissionSet: (request: CreateSubmissionSetRequest) => Promise<SubmissionView[]>;
  cancelSubmission: (submission: string) => Promise<SubmissionView>;
  /** Runs of a network with other observations, beside its normal scores. */
  stress: (submission: string, signal?: AbortSignal) => Promise<StressView>;
  askStress: (submission: string) => Promise<StressView>;
  diagnostics: (evaluation: string, signal?: AbortSignal) => Promise<Diagnostics>;
  /** Errors by box and day. */
  boxes: (evaluation: string, signal?: AbortSignal) => Promise<BoxStatistics>;
  /** Zonal spectra of truth, map and error. */
  spectra: (evaluation: string, signal?: AbortSignal) => Promise<ZonalSpectraView>;
  /** Notebook, receipt and citations, with their sizes. */
  documents: (evaluation: string, signal?: AbortSignal) => Promise<DocumentList>;
  /** Days of a network's map that are finished after one, the oldest hundred. */
  preview: (evaluation: string, after: string | undefined, signal?: AbortSignal) => Promise<PreviewFrame[]>;
  mapManifest: (evaluation: string, signal?: AbortSignal) => Promise<MapManifest>;
  mapFrame: (evaluation: string, layer: string, frame: number, signal?: AbortSignal) => Promise<Int16Array>;
};

const challengeListSchema: Parser<ChallengeSummary[]> = {
  parse: (input) => readList(input, 'challenges').map((item) => challengeSummarySchema.parse(item)),
};
const tokenListSchema: Parser<TokenView[]> = {
  parse: (input) => readList(input, 'tokens').map((item) => tokenViewSchema.parse(item)),
};

/** The one place that knows the API: each method is one request, its reply parsed by the contracts' schema. */
export function createGateway(transport: Transport): Gateway {
  const json = async <Value>(path: string, schema: Parser<Value>, call: Call = {}): Promise<Value> => {
    const response = await send(transport, path, call);
    return schema.parse(await readJson(response, path));
  };
  const nothing = async (path: string, call: Call): Promise<void> => {
    await send(transport, path, call);
  };
  const segment = encodeURIComponent;

  return {
    account: async () => {
      try {
        return await json('/api/auth/me', accountViewSchema);
      } catch (error) {
        if (error instanceof ApiFailure && error.status === 401) return null;
        throw error;
      }
    },
    register: (body) => json('/api/auth/register', accountViewSchema, { method: 'POST', body }),
    signIn: (body) => json('/api/auth/sign-in', accountViewSchema, { method: 'POST', body }),
    signOut: () => nothing('/api/auth/sign-out', { method: 'POST' }),
    tokens: () => json('/api/tokens', tokenListSchema),
    createToken: (body) => json('/api/tokens', createdTokenSchema, { method: 'POST', body }),
    revokeToken: (token) => nothing(`/api/tokens/${segment(token)}`, { method: 'DELETE' }),
    challenges: () => json('/api/challenges', challengeListSchema),
    challenge: (challenge) => json(`/api/challenges/${segment(challenge)}`, challengeViewSchema),
    leaderboard: (challenge, area, scenario, signal) =>
      json(
        `/api/challenges/${segment(challenge)}/leaderboard?area=${segment(area)}&scenario=${segment(scenario)}`,
        leaderboardSchema,
        { signal },
      ),
    submissions: async ({ mine, challenge }) => {
      const query = new URLSearchParams();
      if (mine) query.set('mine', 'true');
      if (challenge) query.set('challenge', challenge);
      return (await json(`/api/submissions?${query.toString()}`, submissionListSchema)).submissions;
    },
    submission: (submission, signal) =>
      json(`/api/submissions/${segment(submission)}`, submissionViewSchema, { signal }),
    createSubmission: (body) => json('/api/submissions', submissionViewSchema, { method: 'POST', body }),
    createSubmissionSet: async (body) =>
      (await json('/api/submissions/sets', submissionListSchema, { method: 'POST', body })).submissions,
    cancelSubmission: (submission) =>
      json(`/api/submissions/${segment(submission)}/cancel`, submissionViewSchema, { method: 'POST' }),
    stress: (submission, signal) =>
      json(`/api/submissions/${segment(submission)}/stress`, stressViewSchema, { signal }),
    askStress: (submission) =>
      json(`/api/submissions/${segment(submission)}/stress`, stressViewSchema, { method: 'POST', body: {} }),
    documents: (evaluation, signal) =>
      json(apiPaths.documents(evaluation), documentListSchema, { signal }),
    diagnostics: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'diagnostics.json'), diagnosticsSchema, { signal }),
    boxes: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'boxes.json'), boxStatisticsSchema, { signal }),
    spectra: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'spectra.json'), zonalSpectraSchema, { signal }),
    preview: async (evaluation, after, signal) =>
      (await json(apiPaths.preview(evaluation, after), previewSchema, { signal })).frames,
    mapManifest: (evaluation, signal) =>
      json(apiPaths.artefact(evaluation, 'maps.json'), mapManifestSchema, { signal }),
    mapFrame: async (evaluation, layer, frame, signal) => {
      const path = apiPaths.mapFrame(evaluation, layer, frame);
      const response = await send(transport, path, { signal });
      return decodeFrame(await response.arrayBuffer());
    },
  };
}

/** Frames are little-endian whatever the machine is. */
export function decodeFrame(bytes: ArrayBuffer): Int16Array {
  if (bytes.byteLength % 2 !== 0) {
    throw new ServiceUnreachable(`a map frame has ${bytes.byteLength} bytes, need an even number`);
  }
  const view = new DataView(bytes);
  const frame = new Int16Array(bytes.byteLength / 2);
  for (let index = 0; index < frame.length; index += 1) frame[index] = view.getInt16(index * 2, true);
  return frame;
}

async function send(transport: Transport, path: string, call: Call): Promise<Response> {
  const init: RequestInit = { method: call.method ?? 'GET', headers: { accept: 'application/json' } };
  if (call.signal) init.signal = call.signal;
  if (call.body !== undefined) {
    init.body = JSON.stringify(call.body);
    init.headers = { accept: 'application/json', 'content-type': 'application/json' };
  }
  let response: Response;
  try {
    response = await transport(path, init);
  } catch (cause) {
    if (call.signal?.aborted) throw cause;
    throw new ServiceUnreachable(`no answer from ${path}`, { cause });
  }
  if (!response.ok) throw await failureOf(response, path);
  return response;
}

/** The platform is starting, or starting again. */
const UNREACHABLE: ReadonlySet<string> = new Set(['backend-unavailable', 'database-unavailable']);

async function failureOf(response: Response, path: string): Promise<Error> {
  const body = apiErrorBodySchema.safeParse(await response.json().catch(() => null));
  if (!body.success || UNREACHABLE.has(body.data.error.code)) {
    return new ServiceUnreachable(`${path} answered ${response.status}`);
  }
  const { code, message, fix, fields } = body.data.error;
  return new ApiFailure({
    code,
    status: response.status,
    message,
    ...(fix ? { fix } : {}),
    ...(fields ? { fields } : {}),
  });
}

async function readJson(response: Response, path: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new ServiceUnreachable(`${path} did not answer with JSON`, { cause });
  }
}

function readList(input: unknown, key: string): unknown[] {
  const list =
    typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[key] : undefined;
  if (!Array.isArray(list)) throw new ServiceUnreachable(`the reply has no list '${key}'`);
  return list;
}
