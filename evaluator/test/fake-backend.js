import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { claimRequestSchema, finishRequestSchema, heartbeatRequestSchema } from '@sillage/contracts';
/** The worker protocol of the backend over real HTTP, with the state in memory: leases, attempts, expiry, objects by hash. */
export class FakeBackend {
    leaseMs;
    token = 'worker-token';
    objects = new Map();
    jobs = [];
    claims = [];
    downloadCount = 0;
    /** Bytes to send instead of the object's, once. */
    damageNextDownload = false;
    server = null;
    port = 0;
    constructor(leaseMs) {
        this.leaseMs = leaseMs;
    }
    get url() {
        return `http://127.0.0.1:${this.port}`;
    }
    async start() {
        const server = createServer((request, response) => {
            this.answer(request, response).catch((error) => {
                if (!response.headersSent)
                    refuse(response, 500, 'internal', String(error));
            });
        });
        this.server = server;
        server.listen(this.port, '127.0.0.1'); // again on the same port after a stop
        await once(server, 'listening');
        this.port = server.address().port;
    }
    /** Like a kill: connections break off, the state stays. */
    async stop() {
        const server = this.server;
        this.server = null;
        if (server === null)
            return;
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
    }
    put(content) {
        const bytes = Buffer.from(content);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        this.objects.set(sha256, bytes);
        return { sha256, sizeBytes: bytes.length };
    }
    addJob(payload) {
        const job = {
            id: randomUUID(),
            payload,
            attempt: 0,
            leaseToken: null,
            leaseEndsMs: 0,
            isCancelled: false,
            outcome: null,
            heartbeats: [],
        };
        this.jobs.push(job);
        return job;
    }
    /** A check whose file name tells the test child what to do. */
    addCheck(deed, content = 'upload') {
        return this.addJob({
            kind: 'check',
            submissionId: randomUUID(),
            upload: this.put(content),
            fileName: deed,
            variable: null,
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
    nextJob(capabilities) {
        const nowMs = Date.now();
        return this.jobs.find((job) => job.outcome === null &&
            !job.isCancelled &&
            capabilities.includes(job.payload.kind) &&
            (job.leaseToken === null || job.leaseEndsMs < nowMs));
    }
    async answer(request, response) {
        if (request.headers.authorization !== `Bearer ${this.token}`)
            return refuse(response, 401, 'not-signed-in', 'no such worker token');
        const path = request.url ?? '';
        const object = /^\/api\/worker\/objects\/([0-9a-f]{64})$/.exec(path);
        if (object?.[1] !== undefined)
            return this.answerObject(object[1], request, response);
        const body = JSON.parse((await readAll(request)).toString());
        if (path === '/api/worker/claim')
            return this.answerClaim(body, response);
        const call = /^\/api\/worker\/jobs\/([^/]+)\/(heartbeat|finish)$/.exec(path);
        const job = this.jobs.find((candidate) => candidate.id === call?.[1]);
        if (call === null || job === undefined)
            return refuse(response, 404, 'route-not-found', path);
        return call[2] === 'heartbeat' ? this.answerHeartbeat(job, body, response) : this.answerFinish(job, body, response);
    }
    async answerClaim(body, response) {
        const { worker, capabilities, waitMs } = claimRequestSchema.parse(body);
        this.claims.push({ worker, capabilities });
        const untilMs = Date.now() + waitMs;
        let isGone = false;
        response.on('close', () => {
            isGone = true;
        });
        for (;;) {
            if (isGone)
                return;
            const job = this.nextJob(capabilities);
            if (job !== undefined) {
                job.attempt += 1;
                job.leaseToken = randomUUID();
                job.leaseEndsMs = Date.now() + this.leaseMs;
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
    holds(job, lease) {
        const isCurrent = job.attempt === lease.attempt && job.leaseToken === lease.leaseToken;
        return isCurrent && job.leaseEndsMs >= Date.now() && job.outcome === null;
    }
    answerHeartbeat(job, body, response) {
        const heartbeat = heartbeatRequestSchema.parse(body);
        if (!this.holds(job, heartbeat))
            return refuse(response, 409, 'stale-lease', 'the lease is over');
        job.leaseEndsMs = Date.now() + this.leaseMs;
        job.heartbeats.push({ progress: heartbeat.progress, activity: heartbeat.activity });
        send(response, 200, { cancelled: job.isCancelled });
    }
    answerFinish(job, body, response) {
        const finish = finishRequestSchema.parse(body);
        if (!this.holds(job, finish))
            return refuse(response, 409, 'stale-lease', 'the lease is over');
        if (finish.outcome.status === 'failed' && finish.outcome.retryable && job.attempt < 3) {
            job.leaseToken = null;
        }
        else {
            job.outcome = finish.outcome;
        }
        response.writeHead(204).end();
    }
    async answerObject(sha256, request, response) {
        if (request.method === 'PUT') {
            const bytes = await readAll(request);
            const isRight = createHash('sha256').update(bytes).digest('hex') === sha256;
            if (!isRight)
                return refuse(response, 460, 'checksum-mismatch', 'the bytes have another hash');
            this.objects.set(sha256, bytes);
            response.writeHead(204).end();
            return;
        }
        this.downloadCount += 1;
        const bytes = this.objects.get(sha256);
        if (bytes === undefined)
            return refuse(response, 404, 'file-not-found', sha256);
        const isDamaged = this.damageNextDownload;
        this.damageNextDownload = false;
        response.writeHead(200, { 'content-length': bytes.length }).end(isDamaged ? Buffer.alloc(bytes.length) : bytes);
    }
}
async function readAll(request) {
    const chunks = [];
    for await (const chunk of request)
        chunks.push(chunk);
    return Buffer.concat(chunks);
}
function send(response, status, body) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
function refuse(response, status, code, message) {
    send(response, status, { error: { code, message } });
}
//# sourceMappingURL=fake-backend.js.map