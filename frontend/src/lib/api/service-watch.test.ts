import { describe, expect, test } from 'vitest';
import { createServiceWatch } from './service-watch';

function watchOf(answers: (() => Promise<{ status: number }>)[]) {
  let asked = 0;
  let nowMs = 0;
  const watch = createServiceWatch(
    () => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      return answer === undefined ? Promise.reject(new Error('no answer planned')) : answer();
    },
    () => nowMs,
  );
  return { isDown: watch, pass: (ms: number) => (nowMs += ms), asked: () => asked };
}
const up = () => Promise.resolve({ status: 200 });
const refused = () => Promise.reject(new TypeError('fetch failed'));
const late = () => Promise.reject(new DOMException('too late', 'TimeoutError'));

describe('the service is down', () => {
  test.each([
    { name: 'not when it answers', answer: up, expected: false },
    { name: 'when it refuses the connection', answer: refused, expected: true },
    { name: 'when it says so', answer: () => Promise.resolve({ status: 503 }), expected: true },
    { name: 'not when it is only slow: the page will see', answer: late, expected: false },
  ])('$name', async ({ answer, expected }) => {
    expect(await watchOf([answer]).isDown()).toBe(expected);
  });

  test('is asked at most once a second, and seen again when it is back', async () => {
    const watch = watchOf([refused, up]);
    expect(await watch.isDown()).toBe(true);
    watch.pass(500);
    expect(await watch.isDown()).toBe(true);
    expect(watch.asked()).toBe(1);
    watch.pass(600);
    expect(await watch.isDown()).toBe(false);
  });
});
