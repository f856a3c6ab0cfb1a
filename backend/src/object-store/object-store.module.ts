import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { ObjectClaimsRepository } from './object-claims.repository.js';
import { ObjectClaims } from './object-claims.js';
import { ObjectReferencesRepository } from './object-references.repository.js';
import { FolderObjectStore } from './folder-object-store.js';
import { ObjectStore } from './object-store.js';
import { S3ObjectStore } from './s3-object-store.js';

@Global()
@Module({
  providers: [
    {
      provide: ObjectStore,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        config.s3 === null ? new FolderObjectStore(config.storeFolder) : new S3ObjectStore(config.s3),
    },
    ObjectClaimsRepository,
    ObjectReferencesRepository,
    ObjectClaims,
  ],
  exports: [ObjectStore, ObjectClaims],
})
export class ObjectStoreModule {}
