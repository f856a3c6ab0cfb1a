import { Injectable } from '@nestjs/common';
import type { ClaimRequest, Step } from '@sillage/contracts';
import type { PredictCapacity } from '../evaluations/domain/obstacle.js';
import { WorkersRepository } from './workers.repository.js';

const SEEN_WINDOW_MS = 60_000;

/** Knows which evaluators are connected, and what they can do. */
@Injectable()
export class WorkersService {
  constructor(private readonly workers: WorkersRepository) {}

  /** It asked for work just now. */
  touch(request: ClaimRequest): Promise<void> {
    return this.workers.touch(request);
  }

  /** Where connected evaluators run networks. */
  listPredictCapacities(): Promise<PredictCapacity[]> {
    return this.workers.listPredictCapacities(SEEN_WINDOW_MS);
  }

  /** Of connected evaluators that score maps. */
  listEvaluatorVersions(): Promise<string[]> {
    return this.workers.listEvaluatorVersions(SEEN_WINDOW_MS);
  }

  /** Whether a connected evaluator takes jobs of that step. */
  isAnyCapableOf(step: Step): Promise<boolean> {
    return this.workers.hasCapable(step, SEEN_WINDOW_MS);
  }

  countActive(): Promise<number> {
    return this.workers.countSeenWithin(SEEN_WINDOW_MS);
  }
}
