import type { DisclosureLevel, Phase } from '@sillage/contracts';

/** A phase as it is typed: times are texts, `2027-03-01 00:00`, in UTC. */
export type PhaseDraft = Omit<Phase, 'opens' | 'closes'> & { opens: string; closes: string };

/** Written by hand: a field for dates of the browser speaks its local time, and AM and PM. */
export const TIME_PATTERN = '\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}';
const TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})$/;

export function draftOf(phase: Phase): PhaseDraft {
  const text = (instant: string) => `${instant.slice(0, 10)} ${instant.slice(11, 16)}`;
  return { ...phase, opens: text(phase.opens), closes: phase.closes === null ? '' : text(phase.closes) };
}

/** Null where the text is no time, 30 February included. */
export function instantOf(text: string): string | null {
  const [, day, time] = TIME.exec(text.trim()) ?? [];
  if (day === undefined || time === undefined) return null;
  const instant = new Date(`${day}T${time}:00.000Z`);
  return Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(`${day}T${time}`)
    ? null
    : instant.toISOString();
}

/** What is wrong with the times of a draft, by field. */
export function timeFaults(drafts: readonly PhaseDraft[]): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const [index, { opens, closes }] of drafts.entries()) {
    const needed = 'needed is a UTC time like 2027-03-01 00:00';
    if (instantOf(opens) === null) faults[`phases.${index}.opens`] = `'${opens}' is no time; ${needed}`;
    if (closes.trim() !== '' && instantOf(closes) === null)
      faults[`phases.${index}.closes`] = `'${closes}' is no time; ${needed}, or nothing`;
  }
  return faults;
}

/** The phases as they would be saved; null while a time is not readable. */
export function phasesOf(drafts: readonly PhaseDraft[]): Phase[] | null {
  const phases: Phase[] = [];
  for (const draft of drafts) {
    const opens = instantOf(draft.opens);
    const closes = draft.closes.trim() === '' ? null : instantOf(draft.closes);
    if (opens === null || (closes === null && draft.closes.trim() !== '')) return null;
    phases.push({ ...draft, opens, closes });
  }
  return phases;
}

/** The next one: it opens when the last closes, or today. */
export function nextDraft(
  drafts: readonly PhaseDraft[],
  { now, disclosure }: { now: string; disclosure: DisclosureLevel },
): PhaseDraft {
  return {
    name: `Phase ${drafts.length + 1}`,
    opens: drafts.at(-1)?.closes || `${now.slice(0, 10)} 00:00`,
    closes: '',
    disclosure,
    acceptsSubmissions: true,
  };
}
