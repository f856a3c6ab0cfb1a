import type { ObjectReference } from '@sillage/contracts';
import type { StoredObjects } from './ports.js';

/** Claims what a worker has uploaded, in the transaction that refers to it. */
export function requireStored(claims: StoredObjects, objects: ObjectReference[]): Promise<void> {
  return claims.require(objects, 'PUT /api/worker/objects/:sha256 first, then finish the job.');
}
