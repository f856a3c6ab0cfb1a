import { expect, test } from 'vitest';
import { recordPoints } from './history-view';

test('records lie at their days since 1950, the time of day included', () => {
  expect(recordPoints([{ at: '1950-01-02T12:00:00Z', value: 0.9 }])).toEqual([{ x: 1.5, y: 0.9 }]);
});
