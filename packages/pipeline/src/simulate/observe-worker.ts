import { parentPort, workerData } from 'node:worker_threads';
import { createObservationSampler, type ObservationPlan, type ObservedDay } from '@sillage/ocean';
import type { ObserveTask } from './observe-threads.js';

// One thread of `createObserver`: observes the periods it is sent and sends back what was seen, without copying it.
if (!parentPort) throw new Error('this module runs as a worker thread only');
const port = parentPort;
const observe = createObservationSampler(workerData as ObservationPlan);

port.on('message', ({ id, period }: ObserveTask) => {
  const day = observe(period);
  port.postMessage({ id, day }, buffersOf(day));
});

function buffersOf({ tracks, swath, nodes }: ObservedDay): ArrayBuffer[] {
  const { errorsM, ...lines } = swath ?? { errorsM: null };
  return [tracks, lines, errorsM, nodes]
    .flatMap((part) => Object.values(part ?? {}) as unknown[])
    .filter((values) => ArrayBuffer.isView(values))
    .map((values) => values.buffer)
    .filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
}
