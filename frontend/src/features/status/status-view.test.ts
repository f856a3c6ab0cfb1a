import type { Status } from '@sillage/contracts';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { StatusView } from './status-view';

type Work = NonNullable<Status['work']>;
const step = (changes: Partial<Work['steps'][number]> = {}): Work['steps'][number] => ({
  step: 'score',
  queued: 0,
  running: 0,
  isWorked: true,
  finished: 0,
  waitMedianS: null,
  waitP95S: null,
  runMedianS: null,
  ...changes,
});
const work = (changes: Partial<Work> = {}): Work => ({
  evaluators: { count: 3, versions: ['0.1.0'], runtimes: [{ name: 'webgpu', count: 2 }] },
  steps: [step({ queued: 2, running: 1, finished: 40, waitMedianS: 0.42, waitP95S: 95, runMedianS: 6.25 })],
  ...changes,
});
const textOf = (changes: Partial<Status> = {}): string =>
  renderToStaticMarkup(
    createElement(StatusView, {
      status: {
        at: '2027-03-01T12:34:00.000Z',
        status: 'ok',
        version: '0.1.0',
        database: 'up',
        store: 'up',
        work: work(),
        ...changes,
      },
    }),
  )
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the status page', () => {
  test('says that the service is up, who is online and how long one waits', () => {
    const text = textOf();
    expect(text).toContain('The service is up.');
    expect(text).toContain('3, of which 2 run networks: 2 on webgpu.');
    expect(text).toContain('2 jobs wait, 1 job runs.');
    expect(text).toMatch(/Score 2 1 40 0\.4 s 1 min 35 s 6\.3 s/);
    expect(text).toContain('Platform 0.1.0; evaluator 0.1.0.');
  });

  test('says which work nobody does', () => {
    const text = textOf({ work: work({ steps: [step({ step: 'predict', queued: 1, isWorked: false })] }) });
    expect(text).not.toContain('The service is up.');
    expect(text).toContain(
      'Run of a network on a task: 1 job waits, and no evaluator that does it is online.',
    );
  });

  test('says what is down, and shows no numbers that nobody knows', () => {
    const database = textOf({ status: 'degraded', database: 'down', work: null });
    expect(database).toContain('The database does not answer');
    expect(database).not.toContain('Queue');
    expect(textOf({ status: 'degraded', store: 'down' })).toContain('The file store does not answer');
  });

  test('says that nobody is online', () => {
    const text = textOf({ work: work({ evaluators: { count: 0, versions: [], runtimes: [] } }) });
    expect(text).toContain('None: what is submitted waits until one comes.');
    expect(text).toContain('no evaluator is online');
  });
});
