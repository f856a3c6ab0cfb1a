import { mapTimes, type DirectWork } from './direct.js';
import { serveWorker } from '../worker-thread.js';

/** One further mapping thread: takes times until none is left. */
await serveWorker((work: DirectWork) => mapTimes(work));
