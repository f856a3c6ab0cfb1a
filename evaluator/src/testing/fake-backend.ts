import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { claimRequestSchema, finishRequestSchema, heartbeatRequestSchema } from '@sillage/contracts';
import type { JobOutcome, JobPayload, ObjectReference, WorkerRuntime } from '@sillage/contracts';
import { waitFor } from './wait-for.js';

type Job = {
  id: string;
  payload: JobPayload;
  attempt: number;
  leaseToken: string | null;
  isCancelled: boolean;
  outcome: JobOutcome | null;
  heartbeats: { progress: number | undefined; activity: string | undefined; atMs: number }[];
  /** Days that were shown, in the order of their arrival. */
  days: string[];
};

/**
 * The worker protocol of the backend over real HTTP, with the state in memory: leases, attempts, objects by hash. A lease runs
 * out when a test says so, not after a time that a busy machine may well be away for.
 */
export class FakeBackend {
  readonly token = 'worker-token';
  readonly objects = new Map<string, Buffer>();
  private objectsOpen: Promise<void> = Promise.resolve();
  readonly jobs: Job[] = [];
  readonly claims: { worker: string; capabilities: string[]; runtime: WorkerRuntime | undefined }[] = [];
  /** Claims that wait for an answer. */
  waitingCount = 0;
  downloadCount = 0;
  /** Bytes to send instead of the object's, once. */
  damageNextDownload = false;

  private server: Server | null = null;
  private port = 0;

  /** @param leaseMs - what evaluators are told, who send heartbeats and give up accordingly. */
  constructor(public leaseMs = 5_000) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) refuse(response, 500, 'internal', String(error));
      });
    });
    this.server = server;
    server.listen(this.port, '127.0.0.1'); // again on the same port after a stop
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
  }

  /** Like a kill: connections break off, the state stays. */
  async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** No object is handed out until the function that comes back is called. */
  holdObjects(): () => void {
    let open = (): void => undefined;
    this.objectsOpen = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  put(content: string | Buffer): ObjectReference {
    const bytes = Buffer.from(content);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.objects.set(sha256, bytes);
    return { sha256, sizeBytes: bytes.length };
  }

  addJob(payload: JobPayload): Job {
    const job: Job = {
      id: randomUUID(),
      payload,
      attempt: 0,
      leaseToken: null,
      isCancelled: false,
      outcome: null,
      heartbeats: [],
      days: [],
    };
    this.jobs.push(job);
    return job;
  }

  /** A check whose file name tells the test child what to do. */
  addCheck(deed: string, content = 'upload'): Job {
    return this.addJob({
      kind: 'check',
      submissionId: randomUUID(),
      upload: this.put(content),
      fileName: deed,
      variable: null,
      onlyCovered: false,
      evaluationId: null,
      network: null,
      tasks: [
        {
          area: 'gf',
          scenario: 'nadir4',
          scoredBox: { west: -65, east: -55, south: 33, north: 43 },
          period: { start: '2012-10-22', end: '2012-12-02' },
        },
      ],
    });
  }

  /** As after a long silence of its evaluator, the only one, which was killed: the next claim gets the job. */
  async endLease(job: Job): Promise<void> {
    await waitFor('the claims of the dead to break off', () => this.waitingCount === 0);
    job.leaseToken = null;
  }

  private nextJob(capabilities: string[]): Job | undefined {
    return this.jobs.find(
      (job) =>
        job.outcome === null &&
        !job.isCancelled &&
        capabilities.includes(job.payload.kind) &&
        job.leaseToken === null,
    );
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return refuse(response, 401, 'not-signed-in', 'no such worker token');
    const path = request.url ?? '';
    const object = /^\/api\/worker\/objects\/([0-9a-f]{64})$/.exec(path);
    if (object?.[1] !== undefined) {
      await this.objectsOpen;
      return this.answerObject(object[1], request, response);
    }
    const body: unknown = JSON.parse((await readAll(request)).toString());
    if (path === '/api/worker/claim') return this.answerClaim(body, response);
    const call = /^\/api\/worker\/jobs\/([^/]+)\/(heartbeat|finish)$/.exec(path);
    const job = this.jobs.find((candidate) => candidate.id === call?.[1]);
    if (call === null || job === undefined) return refuse(response, 404, 'route-not-found', path);
    return call[2] === 'heartbeat'
      ? this.answerHeartbeat(job, body, response)
      : this.answerFinish(job, body, response);
  }

  private async answerClaim(body: unknown, response: ServerResponse): Promise<void> {
    const { worker, capabilities, runtime, waitMs } = claimRequestSchema.parse(body);
    this.claims.push({ worker, capabilities, runtime });
    const untilMs = Date.now() + waitMs;
    let isGone = false;
    this.waitingCount += 1;
    response.on('close', () => {
      isGone = true;
      this.waitingCount -= 1;
    });
    for (;;) {
      if (isGone) return;
      const job = this.nextJob(capabilities);
      if (job !== undefined) {
        job.attempt += 1;
        job.leaseToken = randomUUID();
        return send(response, 200, {
          jobId: job.id,
          attempt: job.attempt,
          leaseToken: job.leaseToken,
          leaseMs: this.leaseMs,
          payload: job.payload,
        });
      }
      if (Date.now() >= untilMs) {
        response.writeHead(204).end();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private holds(job: Job, lease: { attempt: number; leaseToken: string }): boolean {
    const isCurrent = job.attempt === lease.attempt && job.leaseToken === lease.leaseToken;
    return isCurrent && job.outcome === null;
  }

  private answerHeartbeat(job: Job, body: unknown, response: ServerResponse): void {
    const heartbeat = heartbeatRequestSchema.parse(body);
    if (!this.holds(job, heartbeat)) return refuse(response, 409, 'stale-lease', 'the lease is over');
    const { progress, activity } = heartbeat;
    job.heartbeats.push({ progress, activity, atMs: performance.now() });
    job.days.push(...(heartbeat.frames ?? []).map(({ day }) => day));
    send(response, 200, { cancelled: job.isCancelled });
  }

  private answerFinish(job: Job, body: unknown, response: ServerResponse): void {
    const finish = finishRequestSchema.parse(body);
    if (!this.holds(job, finish)) return refuse(response, 409, 'stale-lease', 'the lease is over');
    if (finish.outcome.status === 'failed' && finish.outcome.retryable && job.attempt < 3) {
      job.leaseToken = null;
    } else if (finish.outcome.status === 'handed-back') {
      job.leaseToken = null;
      job.attempt -= 1;
    } else {
      job.outcome = finish.outcome;
    }
    response.writeHead(204).end();
  }

  private async answerObject(
    sha256: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (request.method === 'PUT') {
      const bytes = await readAll(request);
      const isRight = createHash('sha256').update(bytes).digest('hex') === sha256;
      if (!isRight) return refuse(response, 460, 'checksum-mismatch', 'the bytes have another hash');
      this.objects.set(sha256, bytes);
      response.writeHead(204).end();
      return;
    }
    this.downloadCount += 1;
    const bytes = this.objects.get(sha256);
    if (bytes === undefined) return refuse(response, 404, 'file-not-found', sha256);
    const isDamaged = this.damageNextDownload;
    this.damageNextDownload = false;
    response
      .writeHead(200, { 'content-length': bytes.length })
      .end(isDamaged ? Buffer.alloc(bytes.length) : bytes);
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  send(response, status, { error: { code, message } });
}
