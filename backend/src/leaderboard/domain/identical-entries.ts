import type { DailySeries } from '@sillage/contracts';

/** An entry that may be another one once more. */
export type Candidate = {
  evaluationId: string;
  kind: 'participant' | 'reference';
  /** What was submitted: of a network also how it is run. */
  file: { sha256: string | null; manifest: string | null };
  daily: DailySeries | null;
  submittedAt: Date;
};

/**
 * Metres. The RMSE of two maps differ by no more than the root mean square of their difference, so maps that are equal to
 * this have daily RMSE that are; that two other maps agree so well on every day does not happen.
 */
const EQUAL_RMSE_M = 1e-6;
/** Fewer days would make a coincidence of it. */
const LEAST_DAYS = 5;

/**
 * Splits the entries of a board into those that stand on it and those that are one of these once more: the same file, or a map
 * that is equal to 1e-6 m. References come first, then who came first; a reference is no copy of anything.
 */
export function withoutIdentical<Row extends Candidate>(
  entries: readonly Row[],
): { originals: Row[]; identical: { entry: Row; original: Row }[] } {
  const byAge = entries.toSorted(
    (a, b) =>
      Number(b.kind === 'reference') - Number(a.kind === 'reference') ||
      a.submittedAt.getTime() - b.submittedAt.getTime() ||
      (a.evaluationId < b.evaluationId ? -1 : 1),
  );
  const originals: Row[] = [];
  const known = new Likenesses<Row>();
  const identical: { entry: Row; original: Row }[] = [];
  for (const entry of byAge) {
    const original = entry.kind === 'reference' ? undefined : known.find(entry);
    if (original !== undefined) {
      identical.push({ entry, original });
      continue;
    }
    known.add(entry, originals.length);
    originals.push(entry);
  }
  return { originals, identical };
}

/** Originals by their file and by the error of their first day, so that an entry is compared with the few that may be like it. */
class Likenesses<Row extends Candidate> {
  readonly #byName = new Map<string, { row: Row; index: number }[]>();

  add(row: Row, index: number): void {
    for (const name of [fileName(row), mapName(row.daily, 0)]) {
      if (name === null) continue;
      const found = this.#byName.get(name);
      if (found === undefined) this.#byName.set(name, [{ row, index }]);
      else found.push({ row, index });
    }
  }

  /** The first original that an entry is once more. */
  find(entry: Row): Row | undefined {
    const names = [fileName(entry), ...([-1, 0, 1] as const).map((offset) => mapName(entry.daily, offset))];
    return names
      .flatMap((name) => (name === null ? [] : (this.#byName.get(name) ?? [])))
      .sort((a, b) => a.index - b.index)
      .find(({ row }) => isSameFile(row, entry) || isSameMap(row.daily, entry.daily))?.row;
  }
}

function fileName({ file: { sha256, manifest } }: Candidate): string | null {
  return sha256 === null ? null : `file ${sha256} ${manifest}`;
}

/** The same, or that of a neighbour, for maps whose RMSE of the first day are equal. */
function mapName(daily: DailySeries | null, offset: -1 | 0 | 1): string | null {
  if (daily === null) return null;
  const first = rmse(daily.squaredErrorM2[0], daily.pointCount[0] ?? 0);
  return `map ${Math.floor(first / (2 * EQUAL_RMSE_M)) + offset}`;
}

/** Of a network its manifest counts too: it says how the weights are run. */
function isSameFile({ file: a }: Candidate, { file: b }: Candidate): boolean {
  return a.sha256 !== null && a.sha256 === b.sha256 && a.manifest === b.manifest;
}

function isSameMap(a: DailySeries | null, b: DailySeries | null): boolean {
  if (a === null || b === null || a.timeDays.length < LEAST_DAYS) return false;
  return (
    a.timeDays.length === b.timeDays.length &&
    a.timeDays.every((time, day) => {
      const [countA, countB] = [a.pointCount[day] ?? 0, b.pointCount[day] ?? 0];
      return (
        time === b.timeDays[day] &&
        countA === countB &&
        Math.abs(rmse(a.squaredErrorM2[day], countA) - rmse(b.squaredErrorM2[day], countB)) <= EQUAL_RMSE_M
      );
    })
  );
}

function rmse(squaredErrorM2: number | undefined, pointCount: number): number {
  return Math.sqrt((squaredErrorM2 ?? Number.NaN) / pointCount);
}
