import { parentPort, workerData } from 'node:worker_threads';
import { snapshotZip, type SnapshotParts } from './snapshot-files.js';

const zip = snapshotZip(workerData as SnapshotParts);
parentPort?.postMessage(zip, [zip.buffer]);
