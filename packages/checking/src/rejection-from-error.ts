import type { RejectionCode, RejectionReason } from '@sillage/contracts';
import { NetcdfError, type NetcdfErrorCode } from '@sillage/netcdf/portable';
import { IncompleteCoverageError, IrregularGridError, readableInstant } from '@sillage/science';
import { degreesText } from './coverage.js';
import { RejectionError } from './rejection-error.js';

/** What was being read when an error came up; `subject` starts the sentence, e.g. "gf.nc". */
export type RejectionContext = { subject: string };

/** Does not compile when netcdf knows a code that the contracts do not. */
const rejectionCodeOf = (code: NetcdfErrorCode): RejectionCode => code;

/** What engines say when a file asks for more memory than there is. */
const OUT_OF_MEMORY =
  /allocation failed|invalid (typed )?array length|maximum memory|out of memory|cannot enlarge memory/i;

/**
 * The one place where errors of netcdf and science become rejections. Anything that is not the participant's
 * to mend comes back unchanged, so that callers write `throw rejectionFromError(error, context)`.
 */
export function rejectionFromError(error: unknown, context: RejectionContext): RejectionError | Error {
  if (error instanceof RejectionError) return error;
  const reason = reasonOf(error, context.subject);
  if (reason) return new RejectionError(reason, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

function reasonOf(error: unknown, subject: string): RejectionReason | null {
  if (error instanceof NetcdfError) {
    const where = error.where.includes(subject) ? error.where : `${subject}, ${error.where}`;
    const { found, expected, fix } = error;
    return { code: rejectionCodeOf(error.code), where, found, expected, fix };
  }
  if (error instanceof IncompleteCoverageError) return holesReason(subject, error);
  if (error instanceof IrregularGridError) {
    return {
      code: 'irregular-grid',
      where: `${subject}, the ${error.axis} axis`,
      found: error.reason,
      expected: 'evenly spaced coordinates in ascending order (steps equal to 0.1 %)',
      fix: 'Interpolate the map to a regular longitude-latitude grid with one map a day.',
    };
  }
  if (error instanceof Error && OUT_OF_MEMORY.test(error.message))
    return decodingLimitReason(subject, 'memory');
  return null;
}

/** Holes where the reference has values: never skipped, or the hard points would be left out. */
export function holesReason(
  subject: string,
  holes: Pick<IncompleteCoverageError, 'missing' | 'required' | 'first'>,
): RejectionReason {
  const { timeDays, latDeg, lonDeg } = holes.first;
  const share = (100 * holes.missing) / holes.required;
  const percent = share < 0.01 ? 'less than 0.01' : share.toFixed(share < 1 ? 2 : 1);
  return {
    code: 'holes-in-reconstruction',
    where: subject,
    found:
      `no value at ${holes.missing} of ${holes.required} scored points (${percent} %); the first is on ` +
      `${readableInstant(timeDays)} at latitude ${degreesText(latDeg)}, longitude ${degreesText(lonDeg)}`,
    expected: 'a value wherever the reference has one',
    fix: 'Fill the holes with your method (missing points are never skipped); values on land are ignored.',
  };
}

/** The file needed more time or memory to read than is granted; also for those who watch over a child process. */
export function decodingLimitReason(subject: string, limit: 'time' | 'memory'): RejectionReason {
  return {
    code: 'decoding-limit-exceeded',
    where: subject,
    found: `reading the file took more ${limit} than is granted`,
    expected: 'a file that is read in chunks of at most one day',
    fix: 'Keep only the area and the days of the task, as float32, with one chunk per day, and upload it again.',
  };
}
