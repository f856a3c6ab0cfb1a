import { mkdir, statfs } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { evaluationStateSchema, stepSchema } from '@sillage/contracts';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { CONFIG, type Config } from '../config/config.js';
import type { AnsweredRequest } from '../http/observe-requests.js';
import { HealthService } from '../health/health.service.js';
import { add } from '../storage/domain/store-survey.js';
import { StorageService } from '../storage/storage.service.js';
import { WorkersService } from '../workers/workers.service.js';
import { MetricsRepository } from './metrics.repository.js';

/** From a read out of memory to a long poll. */
const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What Prometheus reads. Each API process tells its own requests and memory; what it reads from the database is the same in all. */
@Injectable()
export class MetricsService {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: 'sillage_http_request_duration_seconds',
    help: 'Duration of answered requests, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS_S,
    registers: [this.#registry],
  });
  #reading: Promise<string> | null = null;
  readonly #up = this.#gauge('sillage_up', 'Whether a part answers: 1 or 0.', ['part']);
  readonly #jobs = this.#gauge('sillage_jobs', 'Jobs that wait or run, by step.', ['step', 'state']);
  readonly #oldestWait = this.#gauge(
    'sillage_queue_oldest_wait_seconds',
    'How long the oldest waiting job has waited, by step; 0 where none waits.',
    ['step'],
  );
  readonly #evaluations = this.#gauge('sillage_evaluations', 'Evaluations, by state.', ['state']);
  readonly #evaluators = this.#gauge(
    'sillage_evaluators_connected',
    'Slots of evaluators that asked for work within a minute.',
  );
  readonly #storeBytes = this.#gauge('sillage_store_bytes', 'Bytes in the object store, by what they are.', [
    'kind',
  ]);
  readonly #storeObjects = this.#gauge('sillage_store_objects', 'Objects in the store, by what they are.', [
    'kind',
  ]);
  readonly #missing = this.#gauge(
    'sillage_store_missing_objects',
    'Objects that something refers to and that are not there.',
  );
  readonly #free = this.#gauge('sillage_disk_free_bytes', 'Bytes free where uploads lie.');
  readonly #pool = this.#gauge(
    'sillage_database_connections',
    'Connections of this process, and who waits for one.',
    ['state'],
  );

  constructor(
    private readonly metrics: MetricsRepository,
    private readonly health: HealthService,
    private readonly workers: WorkersService,
    private readonly storage: StorageService,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    // Memory, processor time, event-loop delay and garbage collection of the process.
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  count({ method, route, status, durationMs }: AnsweredRequest): void {
    this.#requests.observe({ method, route, status }, durationMs / 1000);
  }

  /** The text format of Prometheus. Who asks while it is being made gets the same. */
  read(): Promise<string> {
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** While the database is away, what only it knows is left out. */
  async #read(): Promise<string> {
    const { database, store } = await this.health.read();
    this.#up.set({ part: 'database' }, database === 'up' ? 1 : 0);
    this.#up.set({ part: 'store' }, store === 'up' ? 1 : 0);
    const { open, idle, waiting } = this.metrics.countConnections();
    this.#pool.set({ state: 'open' }, open);
    this.#pool.set({ state: 'idle' }, idle);
    this.#pool.set({ state: 'waiting' }, waiting);
    for (const gauge of [this.#jobs, this.#oldestWait, this.#evaluations, this.#evaluators]) gauge.reset();
    if (database === 'up') await this.#readWork();
    if (database === 'up' && store === 'up') await this.#readStore();
    await mkdir(this.config.uploadFolder, { recursive: true });
    const { bavail, bsize } = await statfs(this.config.uploadFolder);
    this.#free.set(bavail * bsize);
    return this.#registry.metrics();
  }

  async #readWork(): Promise<void> {
    const load = await this.metrics.listLoad();
    for (const step of stepSchema.options) {
      const { queued = 0, running = 0, oldestWaitS = 0 } = load.find((other) => other.step === step) ?? {};
      this.#jobs.set({ step, state: 'queued' }, queued);
      this.#jobs.set({ step, state: 'running' }, running);
      this.#oldestWait.set({ step }, oldestWaitS);
    }
    const evaluations = await this.metrics.countEvaluations();
    for (const state of evaluationStateSchema.options)
      this.#evaluations.set({ state }, evaluations.find((other) => other.state === state)?.count ?? 0);
    this.#evaluators.set(await this.workers.countActive());
  }

  async #readStore(): Promise<void> {
    const { kinds, collectable, young, missing, total } = await this.storage.recent();
    const amounts = [
      ...kinds,
      { kind: 'unused', ...collectable.reduce(add, young) },
      { kind: 'all', ...total },
    ];
    this.#storeBytes.reset();
    this.#storeObjects.reset();
    for (const { kind, count, sizeBytes } of amounts) {
      this.#storeObjects.set({ kind }, count);
      this.#storeBytes.set({ kind }, sizeBytes);
    }
    this.#missing.set(missing.length);
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }
}
