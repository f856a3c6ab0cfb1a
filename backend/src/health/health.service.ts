import { Injectable } from '@nestjs/common';
import { stepSchema, type Health, type Readiness, type Status, type Step } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { ObjectStore } from '../object-store/object-store.js';
import { QueueService } from '../queue/queue.service.js';
import { WorkersService } from '../workers/workers.service.js';
import { HealthRepository, type ConnectedEvaluator, type PublicStep } from './health.repository.js';

export const VERSION = '0.1.0';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The inspection of a draft is the organisers' business. */
const PUBLIC_STEPS = stepSchema.options.filter((step) => step !== 'inspect');

@Injectable()
export class HealthService {
  constructor(
    private readonly database: HealthRepository,
    private readonly store: ObjectStore,
    private readonly workers: WorkersService,
    private readonly queue: QueueService,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<Health> {
    const [isDatabaseUp, isStoreUp] = await Promise.all([this.database.isUp(), this.store.isUp()]);
    const [workerCount, queuedJobCount] = isDatabaseUp
      ? await Promise.all([this.workers.countActive(), this.queue.countQueued()])
      : [0, 0];
    return {
      status: isDatabaseUp && isStoreUp ? 'ok' : 'degraded',
      version: VERSION,
      database: isDatabaseUp ? 'up' : 'down',
      store: isStoreUp ? 'up' : 'down',
      workerCount,
      queuedJobCount,
    };
  }

  async readReadiness(): Promise<Readiness> {
    const [isDatabaseUp, isStoreUp] = await Promise.all([this.database.isUp(), this.store.isUp()]);
    const isMigrated = isDatabaseUp ? await this.database.isMigrated() : null;
    return {
      ready: isMigrated === true && isStoreUp,
      database: isDatabaseUp ? 'up' : 'down',
      migrations: isMigrated === null ? null : isMigrated ? 'applied' : 'missing',
      store: isStoreUp ? 'up' : 'down',
    };
  }

  /** For everybody: how many evaluators there are, and how long one waits. */
  async readStatus(): Promise<Status> {
    const [isDatabaseUp, isStoreUp] = await Promise.all([this.database.isUp(), this.store.isUp()]);
    return {
      at: this.clock.now().toISOString(),
      status: isDatabaseUp && isStoreUp ? 'ok' : 'degraded',
      version: VERSION,
      database: isDatabaseUp ? 'up' : 'down',
      store: isStoreUp ? 'up' : 'down',
      work: isDatabaseUp
        ? workOf(await this.database.listConnected(MINUTE_MS), await this.database.listPublicSteps(DAY_MS))
        : null,
    };
  }
}

function workOf(connected: readonly ConnectedEvaluator[], steps: readonly PublicStep[]): Status['work'] {
  const runtimes = connected.flatMap(({ runtime }) => (runtime === null ? [] : [runtime]));
  return {
    evaluators: {
      count: connected.length,
      versions: [...new Set(connected.map(({ evaluatorVersion }) => evaluatorVersion))].sort(),
      runtimes: [...new Set(runtimes)]
        .sort()
        .map((name) => ({ name, count: runtimes.filter((other) => other === name).length })),
    },
    steps: PUBLIC_STEPS.map((step) => ({
      ...(steps.find((known) => known.step === step) ?? nothingOf(step)),
      isWorked: connected.some((evaluator) => evaluator.steps.includes(step)),
    })),
  };
}

function nothingOf(step: Step): PublicStep {
  return {
    step,
    queued: 0,
    running: 0,
    finished: 0,
    waitMedianS: null,
    waitP95S: null,
    runMedianS: null,
  };
}
