import { openNetcdf } from '@sillage/netcdf';
import { rejectionFromError } from '@sillage/checking';
import { evaluationTrackOf, type EvaluationTrack } from '@sillage/scoring';

export type ReadEvaluationTrackOptions = {
  /** Variable that holds the height; default: the parts of the 2021a layout, else `ssh_obs`, else `ssh_model`, … . */
  variable?: string | null | undefined;
  /** What messages call the file; default: its name. */
  subject?: string | undefined;
};

/**
 * Reads a withheld altimeter from a file; which layouts there are: `evaluationTrackOf`.
 *
 * @throws RejectionError for whatever is wrong with the file; several satellites in it included.
 */
export async function readEvaluationTrack(
  path: string,
  options: ReadEvaluationTrackOptions = {},
): Promise<EvaluationTrack> {
  const subject = options.subject ?? path.split(/[\\/]/).at(-1) ?? path;
  try {
    const file = await openNetcdf(path);
    try {
      return await evaluationTrackOf(file, { variable: options.variable, subject });
    } finally {
      file.close();
    }
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
}
