import type { z } from 'zod';

/** What is wrong with a value, for people: a few words beside its field, and what was found, what is needed, how to mend it. */
export type Problem = {
  /** Keys and indices to the value, with dots between them: `areas.0.scoredBox.west`; empty for the whole. */
  path: string;
  message: string;
  found: string;
  needed: string;
  fix: string;
};

/** What a check of ours may say beside its message, as `params` of a custom issue. */
export type ProblemParams = { found?: string; needed?: string; fix?: string };

/** More than anybody mends at once: a value of a stranger may have one for each of its parts. */
export const MAX_PROBLEMS = 100;
const MAX_LISTED = 10;

/** What a schema refuses in a value, in our words instead of those of the schema library; of very many the first. */
export function problemsIn(issues: readonly z.core.$ZodIssue[], value: unknown): Problem[] {
  const problems = issues.slice(0, MAX_PROBLEMS).map((issue) => {
    const found = valueAt(value, issue.path);
    return { path: issue.path.map(String).join('.'), ...wordsOf(issue, found) };
  });
  if (issues.length <= MAX_PROBLEMS) return problems;
  const more = `${issues.length - MAX_PROBLEMS} more problems`;
  return [...problems, { path: '', message: more, found: more, needed: 'none', fix: 'Mend these first.' }];
}

/** Names in one line, of very many the first. */
export function listedNames(names: Iterable<string>): string {
  return firstNames([...new Set(names)]);
}

/** Of names that are all different, with a mark before and behind each. */
function firstNames(all: readonly string[], mark = ''): string {
  const told = all
    .slice(0, MAX_LISTED)
    .map((name) => `${mark}${name.length > 80 ? `${name.slice(0, 79)}…` : name}${mark}`);
  return `${told.join(', ')}${all.length > MAX_LISTED ? ` and ${all.length - MAX_LISTED} more` : ''}`;
}

/** `areas.0.scoredBox` as `areas 1, scored box`: lists are counted from one. */
export function placeText(path: string): string {
  if (path === '') return 'definition';
  return path
    .split('.')
    .map((part) =>
      /^\d+$/.test(part)
        ? ` ${Number(part) + 1}`
        : `, ${part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`,
    )
    .join('')
    .replace(/^, /, '');
}

/** `found 'med'; needed: one of the areas: gf. Correct the name.` */
export function problemSentence({ found, needed, fix }: Omit<Problem, 'path' | 'message'>): string {
  return `found ${found}; needed: ${needed}. ${fix}`;
}

/** In one line of a list: the few words, then found, needed and what to do; of something missing nothing was found. */
export function problemLine(problem: Omit<Problem, 'path'>): string {
  return problem.message === 'missing'
    ? `missing; needed: ${problem.needed}. ${problem.fix}`
    : `${problem.message} (${problemSentence(problem)})`;
}

/** A value as it is told: long ones in short. */
export function foundText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 57)}…` : value}'`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'a group of values';
  return String(value as number | boolean | bigint);
}

type Words = Omit<Problem, 'path'>;

function wordsOf(issue: z.core.$ZodIssue, value: unknown): Words {
  const found = foundText(value);
  switch (issue.code) {
    case 'invalid_type': {
      const needed = KINDS[issue.expected] ?? `a ${issue.expected}`;
      return value === undefined
        ? { message: 'missing', found, needed, fix: 'Fill it in.' }
        : { message: `${needed} is needed`, found, needed, fix: `Write ${needed} there.` };
    }
    case 'invalid_value': {
      const choices = issue.values.map(String).join(', ');
      const needed = issue.values.length === 1 ? `'${choices}'` : `one of ${choices}`;
      if (value === undefined) return { message: 'missing', found, needed, fix: 'Choose one of them.' };
      return { message: `choose ${needed}`, found, needed, fix: 'Choose one of them.' };
    }
    case 'too_small':
      return tooSmall(issue, value);
    case 'too_big':
      return tooBig(issue, value);
    case 'invalid_format': {
      const needed = FORMATS[issue.format];
      return needed === undefined || !isOfLibrary(issue.message)
        ? { message: issue.message, found, needed: issue.message, fix: 'Correct it.' }
        : { message: `${needed} is needed`, found, needed, fix: 'Correct it.' };
    }
    case 'unrecognized_keys': {
      const keys = firstNames(issue.keys, "'");
      return {
        message: `there is no such part: ${keys}`,
        found: keys,
        needed: 'only parts that are known here',
        fix: 'Correct the name, or take it out.',
      };
    }
    case 'custom': {
      const params = (issue.params ?? {}) as ProblemParams;
      return {
        message: issue.message,
        found: params.found ?? found,
        needed: params.needed ?? issue.message,
        fix: params.fix ?? 'Correct it.',
      };
    }
    case 'not_multiple_of':
      return ofNumber(`a multiple of ${issue.divisor}`, found);
    case 'invalid_union':
      return {
        message: value === undefined ? 'missing' : 'this is of no kind that is known here',
        found,
        needed: 'one of the kinds that are known here',
        fix: 'Correct it, or take it out.',
      };
    case 'invalid_key':
    case 'invalid_element':
      return { message: 'a part of it is not valid', found, needed: 'valid parts', fix: 'Correct them.' };
  }
}

function tooSmall(issue: z.core.$ZodIssueTooSmall, value: unknown): Words {
  const found = foundText(value);
  const minimum = Number(issue.minimum);
  if (!isOfLibrary(issue.message))
    return { message: issue.message, found, needed: issue.message, fix: 'Correct it.' };
  if (issue.origin === 'string') {
    return minimum <= 1
      ? { message: 'missing', found, needed: 'a text', fix: 'Fill it in.' }
      : ofCount(`at least ${minimum} characters`, found, 'Write more.');
  }
  if (isListOrigin(issue.origin)) {
    const needed = minimum === 1 ? 'at least one' : `at least ${minimum}`;
    return { message: `${needed} is needed`, found, needed, fix: 'Add to the list.' };
  }
  return ofNumber(`a number ${issue.inclusive === false ? 'above' : 'from'} ${minimum}`, found);
}

function tooBig(issue: z.core.$ZodIssueTooBig, value: unknown): Words {
  const found = foundText(value);
  const maximum = Number(issue.maximum);
  if (!isOfLibrary(issue.message))
    return { message: issue.message, found, needed: issue.message, fix: 'Correct it.' };
  if (issue.origin === 'string') {
    const length = typeof value === 'string' ? value.length : 0;
    return {
      message: `at most ${maximum} characters`,
      found: `${length} characters`,
      needed: `at most ${maximum} characters`,
      fix: `Shorten it by ${length - maximum}.`,
    };
  }
  if (isListOrigin(issue.origin))
    return ofCount(`at most ${maximum} of them`, found, 'Take some out of the list.');
  return ofNumber(`a number ${issue.inclusive === false ? 'below' : 'up to'} ${maximum}`, found);
}

function ofNumber(needed: string, found: string): Words {
  return { message: `${needed} is needed`, found, needed, fix: 'Correct it.' };
}

function ofCount(needed: string, found: string, fix: string): Words {
  return { message: needed, found, needed, fix };
}

function isListOrigin(origin: string): boolean {
  return origin === 'array' || origin === 'set' || origin === 'map' || origin === 'file';
}

/** Whether the schema says nothing of its own, so that the message is the library's. */
function isOfLibrary(message: string): boolean {
  return /^(Invalid|Too (small|big))\b/.test(message);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (holder, key) =>
      typeof holder === 'object' && holder !== null
        ? (holder as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

const KINDS: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of values',
  record: 'a group of values',
};

const FORMATS: Partial<Record<string, string>> = {
  date: 'a day like 2012-10-22',
  datetime: 'an instant in UTC like 2012-10-22T00:00:00Z',
  url: 'an address like https://example.org',
  email: 'an e-mail address like ada@example.org',
  uuid: 'an id as this platform makes them',
};
