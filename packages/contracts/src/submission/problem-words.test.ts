import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { challengeDefinitionSchema } from '../challenge/challenge.js';
import {
  foundText,
  listedNames,
  MAX_PROBLEMS,
  placeText,
  problemLine,
  problemSentence,
  problemsIn,
} from './problem-words.js';

const definition = {
  id: 'gulf-stream',
  name: 'Gulf Stream',
  summary: 'For tests',
  synthetic: true,
  licence: 'CC0-1.0',
  protocol: 'osse-2020a',
  disclosure: 'practice',
  datasetVersion: '1.0.0',
  periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
  areas: [{ id: 'gf', name: 'GF', scoredBox: { west: -65, east: -55, south: 33, north: 43 } }],
  scenarios: [{ id: 'nadir4', name: 'Four nadirs' }],
  tasks: [{ area: 'gf', scenario: 'nadir4' }],
  files: [{ role: 'truth', area: 'gf', path: 'truth.nc' }],
};
const problemsOf = (value: unknown) =>
  problemsIn(challengeDefinitionSchema.safeParse(value).error?.issues ?? [], value);
const inDefinition = (parts: object) => problemsOf({ ...definition, ...parts });

/** What only the schema library says; nobody who edits a file should have to read it. */
const LIBRARY = /Invalid|Too (small|big)|undefined|expected|received|>=|<=/;

describe('the problems of a definition', () => {
  it('are told for everything that an empty one lacks, in words of ours', () => {
    const problems = problemsOf({ areas: [], protocol: 'other', name: '' });
    expect(Object.fromEntries(problems.map(({ path, message }) => [path, message]))).toMatchObject({
      id: 'missing',
      name: 'missing',
      synthetic: 'missing',
      periods: 'missing',
      areas: 'at least one is needed',
      protocol: 'choose one of osse-2020a, osse-natl, ose-2021a, ose-along-track',
    });
    for (const problem of problems) expect(Object.values(problem).join(' · ')).not.toMatch(LIBRARY);
  });

  const published = {
    area: 'gf',
    scenario: 'nadir4',
    method: 'DUACS',
    mu: 0.9,
    sigma: null,
    period: '2012',
    protocol: '2020a',
    source: 'README',
  };

  it.each([
    {
      name: 'a number as a text',
      parts: {
        areas: [{ ...definition.areas[0], scoredBox: { west: '-65', east: -55, south: 33, north: 43 } }],
      },
      path: 'areas.0.scoredBox.west',
      sentence: "found '-65'; needed: a number. Write a number there.",
    },
    {
      name: 'a box that is turned round',
      parts: {
        areas: [{ ...definition.areas[0], scoredBox: { west: -55, east: -65, south: 33, north: 43 } }],
      },
      path: 'areas.0.scoredBox',
      sentence:
        'found west -55, east -65; needed: west must be less than east. Exchange the two, or correct one; a box across the date line is not supported.',
    },
    {
      name: 'a latitude beyond the pole',
      parts: {
        areas: [{ ...definition.areas[0], scoredBox: { west: -65, east: -55, south: 33, north: 95 } }],
      },
      path: 'areas.0.scoredBox.north',
      sentence: 'found 95; needed: a number up to 90. Correct it.',
    },
    {
      name: 'a day that is none',
      parts: { periods: { evaluation: { start: '2012-13-22', end: '2012-12-02' } } },
      path: 'periods.evaluation.start',
      sentence: "found '2012-13-22'; needed: a day like 2012-10-22. Correct it.",
    },
    {
      name: 'a summary that is too long',
      parts: { summary: 'x'.repeat(310) },
      path: 'summary',
      sentence: 'found 310 characters; needed: at most 300 characters. Shorten it by 10.',
    },
    {
      name: 'a version of two numbers',
      parts: { datasetVersion: '1.0' },
      path: 'datasetVersion',
      sentence: "found '1.0'; needed: three numbers, like 1.0.2. Correct it.",
    },
    {
      name: 'a key that nobody knows',
      parts: { license: 'MIT' },
      path: '',
      sentence: "found 'license'; needed: only parts that are known here. Correct the name, or take it out.",
    },
    {
      name: 'a task of an area that is not there',
      parts: { tasks: [{ area: 'med', scenario: 'nadir4' }] },
      path: 'tasks.0.area',
      sentence: "found 'med'; needed: an area of this definition: gf. Correct the name, or add the area.",
    },
    {
      name: 'a published score of another task',
      parts: { published: [{ ...published, scenario: 'swot1' }] },
      path: 'published.0',
      sentence:
        'found gf × swot1; needed: a task of this definition: gf × nadir4. Choose one of them, or add the task.',
    },
    {
      name: 'a published score above one',
      parts: { published: [{ ...published, mu: 92 }] },
      path: 'published.0.mu',
      sentence: 'found 92; needed: a number up to 1. Correct it.',
    },
    {
      name: 'a link without https',
      parts: { published: [{ ...published, sourceUrl: 'example' }] },
      path: 'published.0.sourceUrl',
      sentence: "found 'example'; needed: an address like https://example.org. Correct it.",
    },
    {
      name: 'a method of computing that is not known',
      parts: {
        references: [
          { id: 'oi', name: 'OI', inputs: ['sst'], role: 'oi', compute: { method: 'magic', parameters: {} } },
        ],
      },
      path: 'references.0.compute.method',
      sentence: "found 'magic'; needed: one of the kinds that are known here. Correct it, or take it out.",
    },
  ])('say of $name what was found, what is needed, and what to do', ({ parts, path, sentence }) => {
    const problems = inDefinition(parts);
    expect(problems.map((problem) => problem.path)).toContain(path);
    const problem = problems.find((candidate) => candidate.path === path);
    expect(problem === undefined ? null : problemSentence(problem)).toBe(sentence);
  });
});

it.each([
  { name: 'a number above', schema: z.number().positive(), value: 0, message: 'a number above 0 is needed' },
  { name: 'a number from', schema: z.number().min(3), value: 1, message: 'a number from 3 is needed' },
  { name: 'a whole number', schema: z.number().int(), value: 1.5, message: 'a whole number is needed' },
  {
    name: 'a list that is full',
    schema: z.array(z.any()).max(1),
    value: [1, 2],
    message: 'at most 1 of them',
  },
  { name: 'a short text', schema: z.string().min(8), value: 'x', message: 'at least 8 characters' },
  { name: 'an id', schema: z.uuid(), value: 'x', message: 'an id as this platform makes them is needed' },
  {
    name: 'an address',
    schema: z.email(),
    value: 'x',
    message: 'an e-mail address like ada@example.org is needed',
  },
  { name: 'a step', schema: z.number().multipleOf(5), value: 7, message: 'a multiple of 5 is needed' },
  {
    name: 'what the schema says itself',
    schema: z.string().min(1, 'say why'),
    value: '',
    message: 'say why',
  },
])('speaks of $name', ({ schema, value, message }) => {
  const [problem] = problemsIn(schema.safeParse(value).error?.issues ?? [], value);
  expect(problem?.message).toBe(message);
});

it('tells a problem in one line, and nothing of what was not found', () => {
  const words = { found: 'nothing', needed: 'a text', fix: 'Fill it in.' };
  expect(problemLine({ message: 'missing', ...words })).toBe('missing; needed: a text. Fill it in.');
  expect(problemLine({ message: 'too long', ...words, found: '9 characters' })).toBe(
    'too long (found 9 characters; needed: a text. Fill it in.)',
  );
});

it('tells a place with lists counted from one', () => {
  expect(['', 'areas.0.scoredBox.west', 'tasks.11'].map(placeText)).toEqual([
    'definition',
    'areas 1, scored box, west',
    'tasks 12',
  ]);
});

it('tells a value in short', () => {
  expect([undefined, null, '', 'x'.repeat(80), [], [1, 2], {}, 0, false].map(foundText)).toEqual([
    'nothing',
    'nothing',
    'an empty text',
    `'${'x'.repeat(57)}…'`,
    'an empty list',
    'a list of 2',
    'a group of values',
    '0',
    'false',
  ]);
});

describe('very many problems', () => {
  it('are told up to a number, and then counted', () => {
    const list = z.array(z.string());
    const value = Array.from({ length: 5_000 }, () => 0);
    const problems = problemsIn(list.safeParse(value).error?.issues ?? [], value);
    expect(problems).toHaveLength(MAX_PROBLEMS + 1);
    expect(problems.at(-1)).toMatchObject({ path: '', message: '4900 more problems' });
  });

  it('of one name each are told in a short line', () => {
    const keys = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`part${index}`, 0]));
    const [problem] = problemsOf({ ...definition, ...keys, ['long'.repeat(1_000)]: 0 });
    expect(problem?.message).toMatch(/'part0', .*'part9' and 4991 more$/);
    expect(listedNames(['long'.repeat(1_000)])).toHaveLength(80);
  });

  it('are not looked for between the parts of a list that is too long', () => {
    const tasks = Array.from({ length: 501 }, () => ({ area: 'atlantis', scenario: 'nadir4' }));
    expect(inDefinition({ tasks }).map(({ path, message }) => [path, message])).toEqual([
      ['tasks', 'at most 500 of them'],
    ]);
  });
});
