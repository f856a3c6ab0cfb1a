import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  API_ERROR_STATUS,
  createSubmissionRequestSchema,
  createSubmissionSetRequestSchema,
  createTokenRequestSchema,
  registerChallengeRequestSchema,
  withdrawRequestSchema,
} from '@sillage/contracts';
import type {
  AccountView,
  ApiErrorCode,
  ChallengeView,
  CreateTokenRequest,
  DatasetFileView,
  EvaluationView,
  Leaderboard,
  RejectionReason,
  SubmissionView,
  TaskReference,
  TeamView,
  Visibility,
} from '@sillage/contracts';

type Upload = {
  id: string;
  owner: string;
  length: number;
  bytes: Buffer;
  metadata: Record<string, string>;
  isUsed: boolean;
};

const NOW = '2026-01-02T03:04:05.000Z';
const TEAM: TeamView = {
  id: '5f0e3a64-6a0b-4d7e-9a58-3c2f8f6f1a11',
  name: 'Ocean Mappers',
  role: 'owner',
  members: [],
  invitations: [],
};
const SCORES = {
  mu: 0.9123,
  sigma: 0.0123,
  lambdaXDeg: 1.42,
  lambdaXKm: null,
  lambdaTDays: 12.13,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.05,
};

/** Files that the challenge gives out, and what stands in them: nobody reads them. */
const DATASET: ReadonlyMap<string, string> = new Map([
  ['truth.nc', 'truth'],
  ['observations-gf.nc', 'tracks of gf'],
  ['observations-osmosis.nc', 'tracks of osmosis'],
]);

/** The part of the platform's API that the command line calls, over real HTTP, with its state in memory. */
export class FakePlatform {
  readonly participantToken: string = 'sil_participant';
  readonly readOnlyToken: string = 'sil_read_only';
  readonly organiserToken: string = 'sil_organiser';
  readonly password = 'correct horse battery';
  readonly uploads = new Map<string, Upload>();
  readonly submissions: SubmissionView[] = [];
  readonly registered: string[] = [];
  /** Of each single submission, whether tasks that it does not cover are to be left out. */
  readonly onlyCovered: boolean[] = [];
  readonly teams: (string | null)[] = [];
  readonly visibilities: Visibility[] = [];
  readonly tokenRequests: CreateTokenRequest[] = [];
  patchCount = 0;
  /** Breaks the connection once this many bytes of an upload have arrived, then every time until it is null. */
  breakUploadsAtBytes: number | null = null;
  /** Answers 502 that often once an upload has begun, as a gateway does while the API restarts. */
  badGateways = 0;
  /** What becomes of the next submissions, asked for that many times before it is final. */
  verdict: 'scored' | RejectionReason = 'scored';
  asksUntilFinal = 2;

  private server: Server | null = null;
  private port = 0;
  private readonly asks = new Map<string, number>();

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) refuse(response, 'internal', String(error));
      });
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const { pathname: path, searchParams } = new URL(request.url ?? '/', this.url);
    const account = this.accountOf(request);
    if (path === '/api/challenges' && method === 'GET')
      return send(response, 200, { challenges: [summary(challenge)] });
    if (path === `/api/challenges/${challenge.id}`) return send(response, 200, challenge);
    if (path === `/api/challenges/${challenge.id}/leaderboard`) {
      return send(
        response,
        200,
        this.leaderboard(searchParams.get('area') ?? '', searchParams.get('scenario') ?? ''),
      );
    }
    const content = DATASET.get(path.replace(`/api/challenges/${challenge.id}/files/`, ''));
    if (content !== undefined) return sendFile(response, Buffer.from(content));
    if (path === '/api/auth/sign-in') return this.signIn(await readJson(request), response);
    if (path === '/api/tokens' && request.headers.cookie === 'sillage_session=abc') {
      const wanted = createTokenRequestSchema.parse(await readJson(request));
      this.tokenRequests.push(wanted);
      return send(response, 201, {
        id: randomUUID(),
        name: wanted.name,
        scopes: wanted.scopes,
        createdAt: NOW,
        expiresAt: NOW,
        lastUsedAt: null,
        secret: this.participantToken,
      });
    }
    if (path.startsWith('/api/challenges/') && method === 'GET')
      return refuse(response, 'challenge-not-found', `There is no challenge '${path.slice(16)}'.`);
    if (account === null) return refuse(response, 'not-signed-in', 'You are not signed in.');
    if (path === '/api/auth/me') {
      const isOrganiser = account === this.organiserToken;
      return send(response, 200, { ...accountView(), role: isOrganiser ? 'organiser' : 'participant' });
    }
    if (path === '/api/teams') return send(response, 200, { teams: [TEAM] });
    if (path === '/api/challenges') return this.register(await readJson(request), response);
    if (path.startsWith('/api/uploads') && account === this.readOnlyToken)
      return refuse(
        response,
        'scope-missing',
        "This needs an API token with the scope 'submit'; yours has 'read'.",
      );
    if (path.startsWith('/api/uploads')) return this.answerUpload(account, path, request, response);
    if (path === '/api/submissions/sets') return this.createSet(await readJson(request), response);
    if (/^\/api\/challenges\/[^/]+\/references$/.test(path)) {
      return account === this.organiserToken
        ? send(response, 200, { submissions: [] })
        : refuse(response, 'not-allowed', 'Only organisers may do this.');
    }
    if (path === '/api/submissions') return this.createSubmission(await readJson(request), response);
    const artefact = /^\/api\/evaluations\/[^/]+\/artefacts\/scored\.nc$/.test(path);
    if (artefact) return sendFile(response, Buffer.from('scored'));
    const submission = this.submissions.find(({ id }) => path.startsWith(`/api/submissions/${id}`));
    if (submission === undefined)
      return refuse(response, 'submission-not-found', 'There is no such submission.');
    if (path.endsWith('/file')) return sendFile(response, Buffer.from('upload'));
    if (path.endsWith('/withdraw')) {
      const { reason } = withdrawRequestSchema.parse(await readJson(request));
      submission.withdrawal = { at: NOW, by: 'author', reason };
    }
    return send(response, 200, this.look(submission));
  }

  private accountOf(request: IncomingMessage): string | null {
    const token = request.headers.authorization?.replace('Bearer ', '');
    const known = [this.participantToken, this.organiserToken, this.readOnlyToken];
    return token !== undefined && known.includes(token) ? token : null;
  }

  private signIn(body: unknown, response: ServerResponse): void {
    const isRight =
      typeof body === 'object' && body !== null && 'password' in body && body.password === this.password;
    if (!isRight) return refuse(response, 'wrong-credentials', 'E-mail address or password is wrong.');
    response.setHeader('set-cookie', 'sillage_session=abc; HttpOnly; SameSite=Lax');
    send(response, 200, accountView());
  }

  private async answerUpload(
    owner: string,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (this.patchCount > 0 && this.badGateways > 0) {
      this.badGateways -= 1;
      response.writeHead(502).end('Bad Gateway');
      return;
    }
    response.setHeader('tus-resumable', '1.0.0');
    if (request.method === 'POST') {
      const id = randomUUID();
      const length = Number(request.headers['upload-length']);
      const pairs = String(request.headers['upload-metadata'] ?? '')
        .split(',')
        .map((pair) => pair.split(' '));
      const metadata = Object.fromEntries(
        pairs.map(([key = '', value = '']) => [key, Buffer.from(value, 'base64').toString()]),
      );
      this.uploads.set(id, { id, owner, length, bytes: Buffer.alloc(0), metadata, isUsed: false });
      response.writeHead(201, { location: `${this.url}/api/uploads/${id}` }).end();
      return;
    }
    const upload = this.uploads.get(path.split('/').at(-1) ?? '');
    if (upload === undefined || upload.owner !== owner)
      return refuse(response, 'upload-not-found', 'There is no such upload.');
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'upload-offset': upload.bytes.length, 'upload-length': upload.length }).end();
      return;
    }
    this.patchCount += 1;
    for await (const chunk of request) {
      upload.bytes = Buffer.concat([upload.bytes, chunk as Buffer]);
      if (this.breakUploadsAtBytes !== null && upload.bytes.length >= this.breakUploadsAtBytes) {
        request.socket.destroy();
        return;
      }
    }
    response.writeHead(204, { 'upload-offset': upload.bytes.length }).end();
  }

  private createSubmission(body: unknown, response: ServerResponse): void {
    const request = createSubmissionRequestSchema.parse(body);
    const problem = this.problemWith([request.uploadId]);
    if (problem !== null) return refuse(response, problem, 'This upload cannot be taken.');
    this.onlyCovered.push(request.onlyCovered);
    this.visibilities.push(request.visibility);
    this.teams.push(request.team);
    const { uploadId, tasks, card, network } = request;
    send(response, 201, this.enter(uploadId, tasks, card, network?.manifest));
  }

  private createSet(body: unknown, response: ServerResponse): void {
    const { card, files } = createSubmissionSetRequestSchema.parse(body);
    const problem = this.problemWith(files.map(({ uploadId }) => uploadId));
    if (problem !== null) return refuse(response, problem, 'This upload cannot be taken.');
    const entered = files.map(({ uploadId, tasks }) => this.enter(uploadId, tasks, card));
    for (const submission of entered) {
      submission.siblings = entered
        .filter(({ id }) => id !== submission.id)
        .map(({ id, file, evaluations }) => ({
          submissionId: id,
          fileName: file?.name ?? '',
          tasks: evaluations.map(({ area, scenario }) => ({ area, scenario })),
        }));
    }
    send(response, 201, { submissions: entered });
  }

  private problemWith(uploadIds: string[]): ApiErrorCode | null {
    for (const upload of uploadIds.map((id) => this.uploads.get(id))) {
      if (upload === undefined) return 'upload-not-found';
      if (upload.isUsed) return 'upload-already-used';
      if (upload.bytes.length !== upload.length) return 'upload-not-finished';
    }
    return null;
  }

  private enter(
    uploadId: string,
    tasks: TaskReference[],
    card: SubmissionView['card'],
    /** Of a network; null where the file carries it. */
    manifest?: string | null,
  ): SubmissionView {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined) throw new Error(`no upload ${uploadId}`);
    upload.isUsed = true;
    const submission: SubmissionView = {
      id: randomUUID(),
      challenge: challenge.id,
      challengeName: challenge.name,
      kind: 'participant',
      form: manifest === undefined ? 'map' : 'network',
      network: manifest === undefined ? null : { manifest, summary: null },
      author: 'Ada',
      isMine: true,
      mayManage: true,
      team: null,
      people: [{ name: 'Ada', affiliation: null, orcid: null, webPage: null }],
      visibility: { kind: 'public' },
      withdrawal: null,
      moderation: { hidden: null, verified: null, disqualified: null },
      card,
      file: { name: upload.metadata.filename ?? '', sizeBytes: upload.length, sha256: sha256(upload.bytes) },
      siblings: [],
      createdAt: NOW,
      evaluations: tasks.map((task) => queued(task.area, task.scenario)),
      shadows: [],
    };
    this.submissions.push(submission);
    return submission;
  }

  private register(body: unknown, response: ServerResponse): void {
    const { definition, uploads } = registerChallengeRequestSchema.parse(body);
    if (uploads.some(({ uploadId }) => !this.uploads.has(uploadId)))
      return refuse(response, 'upload-not-found', 'no such upload');
    this.registered.push(definition.id);
    send(response, 201, { ...challenge, id: definition.id, tasks: definition.tasks });
  }

  private look(submission: SubmissionView): SubmissionView {
    const asks = (this.asks.get(submission.id) ?? 0) + 1;
    this.asks.set(submission.id, asks);
    const isFinal = asks > this.asksUntilFinal;
    return {
      ...submission,
      evaluations: submission.evaluations.map((evaluation) =>
        isFinal ? this.final(evaluation) : evaluation,
      ),
    };
  }

  private final(evaluation: EvaluationView): EvaluationView {
    const common = {
      ...evaluation,
      step: null,
      progress: null,
      activity: '',
      deadline: null,
      queuePosition: null,
    };
    if (this.verdict !== 'scored') return { ...common, state: 'rejected', rejection: this.verdict };
    const url = `/api/evaluations/${evaluation.id}/artefacts/scored.nc`;
    const artefacts: EvaluationView['artefacts'] = [
      { name: 'scored.nc', sizeBytes: 6, sha256: sha256(Buffer.from('scored')), url },
    ];
    return { ...common, state: 'scored', scores: SCORES, rank: 1, artefacts };
  }

  private leaderboard(area: string, scenario: string): Leaderboard {
    const row = {
      rankLow: null,
      rankHigh: null,
      intervals: null,
      places: {},
      family: null,
      physics: null,
      cost: null,
      hasMaps: false,
      codeUrl: null,
      paperUrl: null,
      scores: SCORES,
      submittedAt: NOW,
      scoredAt: NOW,
    } as const;
    return {
      challenge: challenge.id,
      area,
      scenario,
      protocol: 'osse-2020a',
      datasetVersion: '1.0.0',
      pendingCount: 1,
      failedReferences: [],
      uncertainty: null,
      rows: [
        {
          ...row,
          submissionId: randomUUID(),
          evaluationId: randomUUID(),
          rank: 1,
          tieGroup: 1,
          method: '=cmd',
          author: 'Ada',
          kind: 'participant',
          form: 'network',
          verified: null,
          inputs: ['sst'],
        },
        {
          ...row,
          submissionId: randomUUID(),
          evaluationId: randomUUID(),
          rank: 2,
          tieGroup: 2,
          method: 'OI',
          author: 'Sillage',
          kind: 'reference',
          form: 'map',
          verified: null,
          inputs: ['ssh-nadir'],
        },
      ],
      identical: [],
      published: challenge.published.filter((score) => score.area === area && score.scenario === scenario),
    };
  }
}

const challenge: ChallengeView = {
  id: 'demo-osse',
  name: 'Demo',
  summary: 'A demo',
  description: '',
  synthetic: true,
  licence: 'CC0-1.0',
  citation: '',
  protocol: 'osse-2020a',
  disclosure: 'practice',
  datasetVersion: '1.0.0',
  periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
  areas: [
    {
      id: 'gf',
      name: 'Gulf Stream',
      description: '',
      scoredBox: { west: -65, east: -55, south: 33, north: 43 },
    },
    {
      id: 'osmosis',
      name: 'OSMOSIS',
      description: '',
      scoredBox: { west: -19.5, east: -11.5, south: 45, north: 55 },
    },
  ],
  scenarios: [
    { id: 'nadir4', name: '4 nadirs', description: '', satellites: [] },
    { id: 'swot1', name: 'SWOT', description: '', satellites: [] },
  ],
  tasks: [
    { area: 'gf', scenario: 'nadir4' },
    { area: 'gf', scenario: 'swot1' },
    { area: 'osmosis', scenario: 'nadir4' },
  ],
  files: [
    givenOut('truth', 'gf', 'truth.nc'),
    givenOut('observations', 'gf', 'observations-gf.nc'),
    givenOut('observations', 'osmosis', 'observations-osmosis.nc'),
    { role: 'oi', area: 'gf', path: 'hidden.nc', description: '' },
  ],
  published: [
    {
      area: 'gf',
      scenario: 'nadir4',
      method: 'DUACS',
      mu: 0.92,
      sigma: 0.01,
      lambdaXDeg: 1.42,
      lambdaXKm: null,
      lambdaTDays: 12,
      period: '2012-10-22 to 2012-12-02',
      protocol: '2020a notebooks',
      inputs: ['ssh-nadir'],
      source: 'README of 2020a',
      sourceUrl: null,
      note: '',
    },
  ],
  expectedFiles: [],
  isInstalled: true,
  rules: {
    now: '2026-01-01T00:00:00.000Z',
    phases: [],
    phase: null,
    acceptsSubmissions: true,
    acceptsFrom: null,
    quota: { perDay: null, perPhase: null },
  },
  headline: { area: 'gf', scenario: 'nadir4' },
  entryCount: 2,
  createdAt: NOW,
};

function givenOut(role: DatasetFileView['role'], area: string, path: string): ChallengeView['files'][number] {
  const content = Buffer.from(DATASET.get(path) ?? '');
  return {
    role,
    area,
    path,
    description: '',
    sha256: sha256(content),
    sizeBytes: content.length,
    url: `/api/challenges/demo-osse/files/${path}`,
  };
}

function summary(view: ChallengeView): unknown {
  const { areas, scenarios, ...rest } = view;
  return {
    ...rest,
    areaNames: areas.map(({ name }) => name),
    scenarioNames: scenarios.map(({ name }) => name),
  };
}

function queued(area: string, scenario: string): EvaluationView {
  return {
    id: randomUUID(),
    area,
    scenario,
    state: 'queued',
    step: 'check',
    progress: null,
    activity: '',
    stateSince: NOW,
    deadline: NOW,
    attempt: 0,
    queuePosition: 1,
    obstacle: null,
    previewDays: 0,
    run: null,
    datasetVersion: '1.0.0',
    protocol: 'osse-2020a',
    evaluatorVersion: null,
    scores: null,
    physics: null,
    rank: null,
    identicalTo: null,
    isHeldBack: false,
    coarseErrors: null,
    rejection: null,
    failureMessage: null,
    warnings: [],
    lacksTruth: false,
    artefacts: [],
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendFile(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
}

function refuse(response: ServerResponse, code: ApiErrorCode, message: string): void {
  send(response, API_ERROR_STATUS[code], { error: { code, message, fix: 'Look again.' } });
}

function accountView(): AccountView {
  return {
    id: randomUUID(),
    email: 'ada@example.org',
    isEmailVerified: true,
    displayName: 'Ada',
    role: 'participant',
    affiliation: null,
    orcid: null,
    isOrcidVerified: false,
    webPage: null,
    createdAt: NOW,
  };
}
