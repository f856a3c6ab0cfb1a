import { baseName } from '../cf/attributes.js';
import { whatThereIs } from '../cf/variable-choice.js';
import { NetcdfError } from '../netcdf-error.js';
import { OBSERVED_HEIGHT_NAMES } from './observation-values.js';
import { findGriddedObservationHeight } from './decode-gridded-observations.js';
import { findSwathHeight } from './decode-swath.js';

import type { NetcdfFile } from '../netcdf-file.js';

/** How a file holds observations, and so which reader is for it. */
export type ObservationLayout = 'along-track' | 'swath' | 'gridded';

/**
 * Which of the three layouts of observations a file has: heights along one dimension (`openAlongTrack`), along line and cell
 * (`openSwath`), or on daily maps with their lag (`openGriddedObservations`).
 *
 * @throws NetcdfError when it is none of them, or no NetCDF file.
 */
export function observationLayoutIn(file: NetcdfFile): ObservationLayout {
  if (findGriddedObservationHeight(file)) return 'gridded';
  if (findSwathHeight(file) ?? findSwathHeight(file, 'ssh_obs')) return 'swath';
  const isAlongTrack = file.variables.some(
    (variable) =>
      variable.dimensions.length === 1 &&
      [...OBSERVED_HEIGHT_NAMES, 'ssh_obs'].includes(baseName(variable.name)),
  );
  if (isAlongTrack) return 'along-track';
  throw new NetcdfError({
    code: 'variable-not-found',
    where: 'the variables of the file',
    found: whatThereIs(file.variables.map((variable) => variable.name)),
    expected:
      'observed heights called ssh_model (along track or swath) or ssh_mod with lag and flag (gridded)',
    fix: 'Give observations, not maps: along track, as a swath, or gridded as in dataset_nadir_0d_swot.nc.',
  });
}
