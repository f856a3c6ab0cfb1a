import { expect, it } from 'vitest';
import { uploadErrorStatus, uploadRetries } from './upload-retries.js';

const reply = (status: number) => ({ getStatus: () => status });
const failed = (originalResponse: { getStatus: () => number } | null, causingError: Error | null = null) =>
  Object.assign(new Error('failed'), { originalResponse, causingError });

it('uploads are tried again for half an hour', () => {
  const totalMs = uploadRetries.retryDelays.reduce((sum, delayMs) => sum + delayMs, 0);
  expect(Math.round(totalMs / 60_000)).toBe(30);
});

it.each([
  { status: 502, isWorthIt: true },
  { status: 429, isWorthIt: true },
  { status: 409, isWorthIt: true },
  { status: 507, isWorthIt: false },
  { status: 401, isWorthIt: false },
])('an answer $status is worth another try: $isWorthIt', ({ status, isWorthIt }) => {
  expect(uploadRetries.onShouldRetry(failed(reply(status)))).toBe(isWorthIt);
});

it('no answer is worth another try', () => {
  expect(uploadRetries.onShouldRetry(failed(null))).toBe(true);
});

it('only an upload that is gone begins anew: any other answer to the question how far it is ends the try', () => {
  const ask = (method: string, status: number) =>
    uploadRetries.onAfterResponse({ getMethod: () => method }, reply(status));
  for (const status of [200, 404, 410, 423]) expect(() => ask('HEAD', status)).not.toThrow();
  expect(() => ask('PATCH', 502)).not.toThrow();
  for (const status of [401, 502]) {
    const cause = thrownBy(() => ask('HEAD', status));
    expect(uploadErrorStatus(failed(null, cause))).toBe(status);
    expect(uploadRetries.onShouldRetry(failed(null, cause))).toBe(status === 502);
  }
});

function thrownBy(work: () => void): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
