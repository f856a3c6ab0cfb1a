import { CreateTables1795474800000 } from './1795474800000-create-tables.js';
import { IndexWaitingJobs1795478400000 } from './1795478400000-index-waiting-jobs.js';
import { AddSetsAndComputedMaps1795482000000 } from './1795482000000-add-sets-and-computed-maps.js';
import { RememberDatasetFiles1795485600000 } from './1795485600000-remember-dataset-files.js';
import { AddNetworks1795489200000 } from './1795489200000-add-networks.js';
import { AddStressRuns1795492800000 } from './1795492800000-add-stress-runs.js';
import { CreateSigningKeys1795500000000 } from './1795500000000-create-signing-keys.js';

/** Every migration, oldest first; the data source runs this list. */
export const migrations = [
  CreateTables1795474800000,
  IndexWaitingJobs1795478400000,
  AddSetsAndComputedMaps1795482000000,
  RememberDatasetFiles1795485600000,
  AddNetworks1795489200000,
  AddStressRuns1795492800000,
  CreateSigningKeys1795500000000,
];
