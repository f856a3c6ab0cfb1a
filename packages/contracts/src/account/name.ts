import { lineSchema } from '../challenge/units.js';

const MAX_NAME_CHARACTERS = 80;
/** What nobody sees on a page: characters of format, of no meaning, without a shape, and surrogates without their half. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Letters of other scripts that look like those of the reserved names, after lower case; and 1, l and I, which look alike. */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  ...among('aаαɑ', 'a'),
  ...among('cсϲ', 'c'),
  ...among('eеєεҽ', 'e'),
  ...among('fƒғ', 'f'),
  ...among('gɡցǥ', 'g'),
  ...among('il1|ıіӏιɩłꙇ', 'l'),
  ...among('mмⅿ', 'm'),
  ...among('nпոη', 'n'),
  ...among('oо0οօσө', 'o'),
  ...among('rгꭇ', 'r'),
  ...among('sѕꜱ', 's'),
  ...among('uυսц', 'u'),
  ...among('yуүγ', 'y'),
};

function among(characters: string, letter: string): Record<string, string> {
  return Object.fromEntries([...characters].map((character) => [character, letter]));
}

/** What a name looks like: two with one skeleton are taken for each other. */
export function nameSkeleton(name: string): string {
  const letters = name.normalize('NFKD').toLowerCase().normalize('NFKD');
  return [...letters]
    .map((letter) => LOOKS_LIKE[letter] ?? letter)
    .filter((letter) => /[\p{L}\p{N}]/u.test(letter))
    .join('')
    .replaceAll('rn', 'm');
}

/** Names that boards use for something else. */
const RESERVED: ReadonlySet<string> = new Set(['anonymous', 'sillage', 'reference'].map(nameSkeleton));

/** What a person or a team is called: one spelling for what looks the same, nothing that nobody sees, no reserved name. */
export const nameSchema = lineSchema
  // Before it is normalised: sorting the marks on one letter takes the square of their number.
  .max(MAX_NAME_CHARACTERS, { abort: true })
  .overwrite((text) => text.normalize('NFKC').replace(/\s+/g, ' ').trim())
  .refine((name) => !INVISIBLE.test(name), {
    error: ({ input }) => {
      const found = INVISIBLE.exec(String(input))?.[0].codePointAt(0) ?? 0;
      return `the name has a character that nobody can see (U+${found.toString(16).toUpperCase().padStart(4, '0')}); leave it out`;
    },
  })
  .refine(
    (name) => !RESERVED.has(nameSkeleton(name)),
    'boards use this name, or one that looks like it, for something else',
  );
