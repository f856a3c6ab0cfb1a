import { constants } from 'node:fs';

/**
 * Loaded before anything else in a child and in its threads. The HDF5 library asks `process.binding` for the numbers of
 * the open flags, and the permission model denies that call as a whole; this answers that one question and no other.
 */
Object.defineProperty(process, 'binding', {
  value: (name: string) => {
    if (name === 'constants') return { fs: constants };
    throw new Error(`process.binding('${name}') is not available here`);
  },
});
