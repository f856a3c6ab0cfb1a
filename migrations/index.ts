import { CreateTables1795474800000 } from './1795474800000-create-tables.js';

/** Every migration, oldest first; the data source runs this list. */
export const migrations = [CreateTables1795474800000];
