import 'reflect-metadata';
import { migrations } from '@sillage/migrations';
import { DataSource } from 'typeorm';
import {
  AccountEntity,
  ApiTokenEntity,
  ArtefactEntity,
  ChallengeEntity,
  DatasetFileEntity,
  DatasetVersionEntity,
  EvaluationEntity,
  HashedFileEntity,
  JobEntity,
  SessionEntity,
  StressRunEntity,
  SubmissionEntity,
  TaskEntity,
  UploadEntity,
  WorkerEntity,
} from './entities/index.js';
import { SnakeNamingStrategy } from './snake-naming-strategy.js';

const POOL_SIZE = 12;
const CONNECT_TIMEOUT_MS = 5_000;

/** `onPoolError` hears about idle connections that die; the next query opens a new one. */
export function createDataSource(
  databaseUrl: string,
  onPoolError: (error: Error) => void = () => undefined,
): DataSource {
  return new DataSource({
    type: 'postgres',
    url: databaseUrl,
    entities: [
      AccountEntity,
      SessionEntity,
      ApiTokenEntity,
      ChallengeEntity,
      DatasetVersionEntity,
      DatasetFileEntity,
      HashedFileEntity,
      TaskEntity,
      UploadEntity,
      SubmissionEntity,
      EvaluationEntity,
      StressRunEntity,
      ArtefactEntity,
      JobEntity,
      WorkerEntity,
    ],
    migrations,
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeNamingStrategy(),
    synchronize: false,
    installExtensions: false,
    applicationName: 'sillage-api',
    poolSize: POOL_SIZE,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolErrorHandler: onPoolError,
  });
}
