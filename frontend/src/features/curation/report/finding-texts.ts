import type { FindingCode, FindingSeverity, LeakRow } from '@sillage/contracts';

/** What a finding is called, where its sentences are too long. */
export const FINDING_TITLES: Record<FindingCode, string> = {
  unreadable: 'Cannot be read',
  'variable-unclear': 'Which variable is meant is not clear',
  'units-missing': 'The unit is missing',
  convention: 'Not as the CF conventions say',
  'not-finite': 'Values that are no numbers',
  constant: 'The same value everywhere',
  'period-not-covered': 'Days are missing',
  'area-not-covered': 'Parts of the box are missing',
  'no-observations': 'No observations',
  'satellites-differ': 'Other satellites than the scenario says',
  'observations-disagree': 'Observations disagree with the truth',
  'observations-shifted': 'Observations agree better at another time',
  'oi-disagrees': 'The baseline disagrees with the truth',
  'sealed-content': 'A public file gives away what is sealed',
  'sealed-period': 'A public file has days that are sealed',
  'training-overlaps-evaluation': 'Training and evaluation overlap',
  'duplicate-file': 'The same file twice',
  'sha256-differs': 'The checksum is another one',
  'task-without-observations': 'A task without observations',
  'land-in-along-track': 'Along-track values on land',
};

export const SEVERITY_TEXTS: Record<FindingSeverity, { one: string; many: string; text: string }> = {
  error: { one: 'error', many: 'errors', text: 'Each of them keeps the draft from being validated.' },
  warning: { one: 'warning', many: 'warnings', text: 'Mend them, or accept them by name when you validate.' },
  note: { one: 'note', many: 'notes', text: 'For information.' },
};

/** What the leak check concluded about one file, for people who were not there. */
export const LEAK_TEXTS: Record<LeakRow['verdict'], string> = {
  outside: 'Nothing of it lies in the sealed days and box.',
  input: 'It is an input: observations of the sealed days, as methods need them.',
  map: 'A map of the sealed days, as far from the truth as a method’s own.',
  leak: 'It tells the truth of the sealed days.',
};
