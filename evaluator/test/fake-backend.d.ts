import type { JobOutcome, JobPayload, ObjectReference } from '@sillage/contracts';
type Job = {
    id: string;
    payload: JobPayload;
    attempt: number;
    leaseToken: string | null;
    leaseEndsMs: number;
    isCancelled: boolean;
    outcome: JobOutcome | null;
    heartbeats: {
        progress: number | undefined;
        activity: string | undefined;
    }[];
};
/** The worker protocol of the backend over real HTTP, with the state in memory: leases, attempts, expiry, objects by hash. */
export declare class FakeBackend {
    private readonly leaseMs;
    readonly token = "worker-token";
    readonly objects: Map<string, Buffer<ArrayBufferLike>>;
    readonly jobs: Job[];
    readonly claims: {
        worker: string;
        capabilities: string[];
    }[];
    downloadCount: number;
    /** Bytes to send instead of the object's, once. */
    damageNextDownload: boolean;
    private server;
    private port;
    constructor(leaseMs: number);
    get url(): string;
    start(): Promise<void>;
    /** Like a kill: connections break off, the state stays. */
    stop(): Promise<void>;
    put(content: string | Buffer): ObjectReference;
    addJob(payload: JobPayload): Job;
    /** A check whose file name tells the test child what to do. */
    addCheck(deed: string, content?: string): Job;
    private nextJob;
    private answer;
    private answerClaim;
    private holds;
    private answerHeartbeat;
    private answerFinish;
    private answerObject;
}
export {};
//# sourceMappingURL=fake-backend.d.ts.map