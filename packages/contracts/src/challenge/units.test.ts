import { describe, expect, it } from 'vitest';
import { displayNameSchema } from '../account/account.js';
import { methodCardSchema } from '../submission/submission.js';
import { teamNameSchema } from '../account/team.js';
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
    for (const name of [
      'Sillage',
      'ANONYMOUS',
      ' reference\n',
      'Sillage.',
      'S i l l a g e',
      'SiIlage',
      'Si11age',
      'Ѕillаgе',
      'ａｎｏｎｙｍｏｕｓ',
      'Réference',
      'anonyrnous',
    ])
      expect(displayNameSchema.safeParse(name).success, name).toBe(false);
    for (const name of ['Sillage Lab', 'Selage', 'Анна', 'Σοφία', 'Élodie Ñandú', 'N0ra'])
      expect(displayNameSchema.parse(name)).toBe(name);
  });

  it('has nothing that nobody sees, and one spelling for what looks the same', () => {
    for (const [name, codePoint] of [
      ['Sillage\u200b', 'U+200B'],
      ['Ada\u00adLovelace', 'U+00AD'],
      ['Ada\u3164', 'U+1160'], // the Hangul filler, as NFKC writes it
      ['Ada\u2800', 'U+2800'],
      ['Ada\u{e0041}', 'U+E0041'],
      ['Ada\ufeff', null],
      ['\u200fعبد', 'U+200F'],
    ] as const) {
      const { success, data, error } = displayNameSchema.safeParse(name);
      if (codePoint === null) expect(data).toBe('Ada');
      else
        expect([success, error?.issues[0]?.message], name).toEqual([
          false,
          expect.stringContaining(codePoint),
        ]);
    }
    expect(displayNameSchema.parse('E\u0301lodie\u00a0 Ｎandu')).toBe('\u00c9lodie Nandu');
    expect(teamNameSchema.safeParse('Refe\u200brence').success).toBe(false);
  });
});

it('a text of several lines keeps them, and nothing that steers a terminal', () => {
  expect(paragraphSchema.parse('one\r\n\ttwo\u001b[2J\u202ethree\n')).toBe('one\n\ttwo [2J three');
});
