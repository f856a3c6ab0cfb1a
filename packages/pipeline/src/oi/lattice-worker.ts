import { helpSolving, type LatticeWork } from './lattice.js';
import { serveWorker } from '../worker-thread.js';

/** One further thread that solves an optimal interpolation on a lattice. */
await serveWorker(async (work: LatticeWork) => helpSolving(work));
