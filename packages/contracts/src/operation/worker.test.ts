import { expect, it } from 'vitest';
import { dailySeriesSchema } from '../scores/board-statistics.js';
import { productsPayloadSchema } from './worker.js';

it('names no submitted file to a worker that was not told that it may', () => {
  const provenance = {
    challenge: 'demo-osse',
    challengeName: 'A demo',
    datasetVersion: '1.0.0',
    method: 'A method',
    author: 'anonymous',
    licence: 'CC-BY-4.0',
    synthetic: true,
    submissionId: '0b8f3f2e-6a7c-4f5d-9a55-0d6c1f6f2d11',
  };
  expect(productsPayloadSchema.shape.provenance.parse(provenance).namesFile).toBe(false);
});

it('takes no day that is no date: what is told of a day is written as one', () => {
  const series = (day: number) => ({
    ...{ timeDays: [day], squaredErrorM2: [1], squaredReferenceM2: [1], pointCount: [1] },
  });
  expect([22_940, 1e12, -1e9].map((day) => dailySeriesSchema.safeParse(series(day)).success)).toEqual([
    true,
    false,
    false,
  ]);
});
