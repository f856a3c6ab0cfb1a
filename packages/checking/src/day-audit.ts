import type { TaskExtent } from '@sillage/contracts';
import { isoDay } from '@sillage/science';
import { dayOfTime, daysOfPeriod } from './calendar-days.js';
import { RejectionError } from './rejection-error.js';

/** Watches the values as they pass for days without a single one. Netcdf refuses heights that cannot be metres. */
export class DayAudit {
  readonly #fileName: string;
  readonly #variableName: string;
  readonly #neededDays: Set<number>;
  readonly #seenDays = new Set<number>();
  readonly #filledDays = new Set<number>();

  constructor(fileName: string, variableName: string, tasks: readonly TaskExtent[]) {
    this.#fileName = fileName;
    this.#variableName = variableName;
    this.#neededDays = new Set(tasks.flatMap((task) => daysOfPeriod(task.period)));
  }

  look(map: Float32Array | Float64Array, timeDays: number): void {
    const day = dayOfTime(timeDays);
    this.#seenDays.add(day);
    if (map.some((height) => !Number.isNaN(height))) this.#filledDays.add(day);
  }

  /** @throws RejectionError if a day that is needed has maps but not one value. */
  finish(): void {
    const empty = [...this.#seenDays].filter(
      (day) => this.#neededDays.has(day) && !this.#filledDays.has(day),
    );
    const first = empty.sort((a, b) => a - b)[0];
    if (first === undefined) return;
    throw new RejectionError({
      code: 'empty-field',
      where: `${this.#fileName}, variable '${this.#variableName}'`,
      found: `every value is missing on ${empty.length === 1 ? isoDay(first) : `${empty.length} days, first on ${isoDay(first)}`}`,
      expected: 'values inside the area on every day of the period',
      fix: 'Check that the map was written for these days, and that _FillValue is not a value of the map.',
    });
  }
}
