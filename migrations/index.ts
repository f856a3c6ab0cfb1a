/** Every migration, oldest first; the data source runs this list. */
export const migrations = [];
