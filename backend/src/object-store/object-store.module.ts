import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { ObjectClaimsRepository } from './object-claims.repository.js';
import { ObjectClaims } from './object-claims.js';
import { ObjectReferencesRepository } from './object-references.repository.js';
import { FolderObjectStore } from './folder-object-store.js';
import { ObjectStore } from './object-store.js';
import { S3ObjectStore } from './s3-object-store.js';

export function createObjectStore({ s3, storeFolder }: Pick<Config, 's3' | 'storeFolder'>): ObjectStore {
  return s3 === null ? new FolderObjectStore(storeFolder) : new S3ObjectStore(s3);
}

@Global()
@Module({
  providers: [
    {
      provide: ObjectStore,
      inject: [CONFIG],
      useFactory: createObjectStore,
    },
    ObjectClaimsRepository,
    ObjectReferencesRepository,
    ObjectClaims,
  ],
  exports: [ObjectStore, ObjectClaims],
})
export class ObjectStoreModule {}
