const MS_PER_DAY = 86_400_000;
/** Days from 1950-01-01 to the Unix epoch, both at 00:00 UTC. */
const EPOCH_1950_TO_UNIX_DAYS = 7305;

/** What Date.parse reads the same everywhere: other texts would mean the local time of the machine. */
const DAY_OR_INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?$/;

/**
 * Days since 1950-01-01 00:00 UTC of an ISO 8601 day `YYYY-MM-DD` or instant.
 *
 * @throws RangeError if the text is neither, or a day that the calendar does not have
 */
export function daysSince1950(isoText: string): number {
  const ms = DAY_OR_INSTANT.test(isoText) ? Date.parse(isoText) : Number.NaN;
  // Date.parse takes 30 February for 2 March.
  if (!Number.isFinite(ms) || new Date(ms).toISOString().slice(0, 10) !== isoText.slice(0, 10))
    throw new RangeError(`'${isoText}' is not a day; write YYYY-MM-DD`);
  return ms / MS_PER_DAY + EPOCH_1950_TO_UNIX_DAYS;
}

/**
 * UTC day, `YYYY-MM-DD`, of a time in days since 1950-01-01; a fraction of a day is dropped.
 *
 * @throws RangeError if the time is not finite or beyond what a Date holds
 */
export function isoDay(timeDays: number): string {
  return new Date((Math.floor(timeDays) - EPOCH_1950_TO_UNIX_DAYS) * MS_PER_DAY).toISOString().slice(0, 10);
}

/**
 * ISO 8601 instant in UTC, rounded to the second, of a time in days since 1950-01-01.
 *
 * @throws RangeError if the time is not finite or beyond what a Date holds
 */
export function isoInstant(timeDays: number): string {
  return `${toTheSecond(timeDays).toISOString().slice(0, 19)}Z`;
}

/** An instant for a message: the day alone at 00:00 UTC, else day, hour and minute. Never throws. */
export function readableInstant(timeDays: number): string {
  if (Number.isNaN(toTheSecond(timeDays).getTime())) return `day ${timeDays}`;
  const iso = isoInstant(timeDays);
  return iso.endsWith('T00:00:00Z') ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

function toTheSecond(timeDays: number): Date {
  return new Date(Math.round(((timeDays - EPOCH_1950_TO_UNIX_DAYS) * MS_PER_DAY) / 1000) * 1000);
}
