import { CreateTables1795474800000 } from './1795474800000-create-tables.js';
import { IndexWaitingJobs1795478400000 } from './1795478400000-index-waiting-jobs.js';

/** Every migration, oldest first; the data source runs this list. */
export const migrations = [CreateTables1795474800000, IndexWaitingJobs1795478400000];
