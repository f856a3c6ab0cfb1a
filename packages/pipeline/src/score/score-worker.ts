import { scoreChunks, type ScoreWork } from './score-plan.js';
import { serveWorker } from '../worker-thread.js';

/** One further scoring thread: takes chunks until none is left. */
await serveWorker((work: ScoreWork) => scoreChunks(work.plan, work.counters));
