import { describe, expect, it } from 'vitest';
import { displayNameSchema } from './account.js';
import { methodCardSchema } from './submission.js';
import { lineSchema, paragraphSchema } from './units.js';

describe('a line that others read', () => {
  it.each([
    ['Ada\nBcc: everybody@example.org', 'Ada Bcc: everybody@example.org'],
    ['\u001b[31mred\u0007', '[31mred'],
    ['map\u202ecn.exe', 'map cn.exe'],
    ['\u2067Ada\u2069', 'Ada'],
    ['  two\u2028lines ', 'two lines'],
    ['Élodie Ñandú', 'Élodie Ñandú'],
    ['عبد\u200fالله', 'عبد\u200fالله'],
    ['λx 🌊', 'λx 🌊'],
  ])('%j is %j', (given, expected) => {
    expect(lineSchema.parse(given)).toBe(expected);
  });

  it('is a name only if something is left', () => {
    expect(displayNameSchema.safeParse('\u202e\n').success).toBe(false);
    expect(methodCardSchema.safeParse({ name: '\u0000', inputs: ['ssh-nadir'] }).success).toBe(false);
  });

  it('is no name that boards use for something else', () => {
    for (const name of ['Sillage', 'ANONYMOUS', ' reference\n'])
      expect(displayNameSchema.safeParse(name).success).toBe(false);
    expect(displayNameSchema.parse('Sillage Lab')).toBe('Sillage Lab');
  });
});

it('a text of several lines keeps them, and nothing that steers a terminal', () => {
  expect(paragraphSchema.parse('one\r\n\ttwo\u001b[2J\u202ethree\n')).toBe('one\n\ttwo [2J three');
});
