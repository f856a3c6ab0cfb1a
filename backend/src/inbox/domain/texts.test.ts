import type { Scores } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { mailBody, overtakenText, rejectedText, rescoredText, scoredText, scoreText } from './texts.js';

const entry = {
  evaluationId: 'e',
  submissionId: 's',
  method: 'My map',
  challengeName: 'Demo',
  area: 'gf',
  scenario: 'nadir4',
  protocol: 'osse-2020a',
  datasetVersion: '1.0.0',
} as const;
const scores: Scores = {
  mu: 0.9123,
  sigma: 0.0123,
  lambdaXDeg: 1.234,
  lambdaXKm: null,
  lambdaTDays: null,
  unresolved: 'nothing-resolved',
  atGridLimit: [],
  rmseM: 0.05,
};

const shown = (
  told: Scores | null,
  standing: { rank: number | null; count: number },
  isHeldBack = false,
) => ({ scores: told, isHeldBack, standing });

describe('scoreText', () => {
  it('writes decimals and unit as boards do, and a dash where there is no value', () => {
    expect(scoreText('mu', 0.9)).toBe('0.900');
    expect(scoreText('lambdaXDeg', 1.005)).toBe('1.00 °');
    expect(scoreText('lambdaXKm', 151.6)).toBe('152 km');
    expect(scoreText('lambdaTDays', null)).toBe('–');
  });
});

describe('a notification', () => {
  it('of a score has the metrics of its protocol, the rank and the page of its task', () => {
    const told = scoredText(entry, shown(scores, { rank: 3, count: 12 }));
    expect(told.title).toBe('My map: µ 0.912, rank 3 on Demo, gf × nadir4');
    expect(told.body.split('\n').slice(2)).toEqual([
      'µ(RMSE)   0.912',
      'σ(RMSE)   0.012',
      'λx        1.23 °',
      'λt        –',
      'rank      3 of 12',
    ]);
    expect(told.path).toBe('/submissions/s?task=gf.nadir4');
    const alongTrack = scoredText(
      { ...entry, protocol: 'ose-2021a' },
      shown({ ...scores, lambdaXKm: 151.6 }, { rank: null, count: 0 }),
    );
    expect(alongTrack.body).toMatch(/λx +152 km/);
    expect(alongTrack.body).not.toMatch(/rank/);
  });

  it('of a blind score holds no number', () => {
    const { title, body } = scoredText(entry, shown(null, { rank: null, count: 0 }));
    expect(`${title}${body}`.replaceAll('1.0.0', '')).not.toMatch(/0\.\d/);
    expect(body).toMatch(/blind/);
  });

  it('of a score that a public test holds back says so, without a number', () => {
    const { title, body } = scoredText(entry, shown(null, { rank: null, count: 0 }, true));
    expect(`${title}${body}`.replaceAll('1.0.0', '')).not.toMatch(/0\.\d/);
    expect(body).toMatch(/clearly better/);
  });

  it('of a second score says both', () => {
    const told = rescoredText(
      entry,
      { before: scores, after: { ...scores, mu: 0.9 }, versionBefore: '0.9.0' },
      { rank: 4, count: 12 },
    );
    expect(told.title).toContain('µ 0.912 → 0.900');
    expect(told.body).toContain('dataset 0.9.0 before, 1.0.0 now');
  });

  it('of a rejection says what was found, needed and to do', () => {
    const { body } = rejectedText(entry, { found: '41 days', expected: '42 days', fix: 'Add one.' });
    expect(body).toMatch(/Found: {2}41 days\nNeeded: 42 days\nDo: {5}Add one\./);
  });

  it('of being overtaken leads to the own entry', () => {
    const told = overtakenText(
      entry,
      { method: 'Theirs', author: 'Bea', mu: 0.95 },
      { rank: 2, mu: 0.912, taskId: 't' },
    );
    expect(told).toMatchObject({ kind: 'overtaken', about: 't', path: '/submissions/s?task=gf.nadir4' });
    expect(told.body).toContain('now rank 2');
  });

  it('as a mail ends with the link and the ways to get no more', () => {
    const told = scoredText(entry, shown(scores, { rank: 1, count: 1 }));
    const body = mailBody(told, {
      site: 'https://sillage.test',
      unsubscribe: 'https://sillage.test/unsubscribe#x/scored',
      settings: 'https://sillage.test/account#notifications',
    });
    expect(body).toContain('\nhttps://sillage.test/submissions/s?task=gf.nadir4\n');
    expect(body).toContain('\n-- \nNo more mails of this kind: https://sillage.test/unsubscribe#x/scored\n');
  });
});
