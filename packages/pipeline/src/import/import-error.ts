import { NetcdfError } from '@sillage/netcdf';
import { RejectionError } from '@sillage/checking';

/** Why files cannot become a challenge; every one of them is the organiser's to mend. */
export type ImportErrorCode =
  | 'input-missing'
  | 'input-ambiguous'
  | 'input-unreadable'
  | 'wrong-grid'
  | 'missing-day'
  | 'duplicate-day'
  | 'wrong-day'
  | 'other-truth'
  | 'withheld-track'
  | 'gives-truth-away'
  | 'no-observations'
  | 'implausible-values'
  | 'disk-full'
  | 'not-resumable';

export type ImportErrorFields = {
  code: ImportErrorCode;
  /** What was looked at: a file, and the place in it. */
  where: string;
  found: string;
  expected: string;
  fix: string;
};

/** An import that stopped. Nothing is registered: the folder has no challenge.yaml. */
export class ImportError extends Error {
  readonly tag = 'ImportError';
  readonly code: ImportErrorCode;
  readonly where: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;

  constructor(fields: ImportErrorFields, options?: ErrorOptions) {
    super(`${fields.where}: ${fields.found}; needed: ${fields.expected}. ${fields.fix}`, options);
    this.name = 'ImportError';
    this.code = fields.code;
    this.where = fields.where;
    this.found = fields.found;
    this.expected = fields.expected;
    this.fix = fields.fix;
  }
}

/** What the system and the HDF5 library say when there is no room left. */
const NO_ROOM = /ENOSPC|EDQUOT|EFBIG|No space left on device|Disk quota exceeded|File too large/;

/**
 * Faults of an input or of the disk as ImportErrors that name the file; anything else comes back unchanged, so that callers
 * write `throw importErrorFrom(error, 'truth-gf.nc')`.
 */
export function importErrorFrom(error: unknown, subject: string): Error {
  if (error instanceof ImportError) return error;
  if (error instanceof NetcdfError || error instanceof RejectionError) {
    const { where, found, expected, fix } = error instanceof NetcdfError ? error : error.reason;
    const isDayTwice = /appears twice/.test(found) && /time/.test(where);
    return new ImportError(
      {
        code: isDayTwice ? 'duplicate-day' : 'input-unreadable',
        where: where.includes(subject) ? where : `${subject}, ${where}`,
        found,
        expected,
        // Organisers have files from somewhere; readers of uploads tell participants to upload theirs again.
        fix:
          error.code === 'unreadable-file'
            ? 'Check that it opens with ncdump -h, or download it again.'
            : fix,
      },
      { cause: error },
    );
  }
  if (error instanceof Error && NO_ROOM.test(`${error.message} ${'code' in error ? error.code : ''}`)) {
    return new ImportError(
      {
        code: 'disk-full',
        where: subject,
        found: 'the disk is full',
        expected: 'room for the files of the challenge',
        fix: 'Make room and run the same command with --resume: finished files are kept.',
      },
      { cause: error },
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}
