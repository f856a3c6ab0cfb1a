import { mapTimes, type OiWork } from './oi-plan.js';
import { serveWorker } from './worker-thread.js';

/** One further mapping thread: takes times until none is left. */
await serveWorker((work: OiWork) => mapTimes(work));
