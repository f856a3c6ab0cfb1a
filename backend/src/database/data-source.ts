import 'reflect-metadata';
import { migrations } from '@sillage/migrations';
import { DataSource } from 'typeorm';
import {
  AccountEntity,
  ApiTokenEntity,
  ArtefactEntity,
  AuditEntryEntity,
  ChallengeEntity,
  ChallengeSettingsEntity,
  DatasetFileEntity,
  DatasetVersionEntity,
  EvaluationEntity,
  HashedFileEntity,
  IdentityEntity,
  JobEntity,
  MailEntity,
  MailLinkEntity,
  NotificationEntity,
  NotificationPreferenceEntity,
  OutboxEventEntity,
  SessionEntity,
  SignInAttemptEntity,
  StressRunEntity,
  SubmissionEntity,
  TaskEntity,
  TeamEntity,
  TeamInvitationEntity,
  TeamMemberEntity,
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
      IdentityEntity,
      SignInAttemptEntity,
      ApiTokenEntity,
      ChallengeEntity,
      ChallengeSettingsEntity,
      DatasetVersionEntity,
      DatasetFileEntity,
      HashedFileEntity,
      TaskEntity,
      TeamEntity,
      TeamMemberEntity,
      TeamInvitationEntity,
      UploadEntity,
      SubmissionEntity,
      EvaluationEntity,
      StressRunEntity,
      ArtefactEntity,
      AuditEntryEntity,
      JobEntity,
      OutboxEventEntity,
      NotificationEntity,
      NotificationPreferenceEntity,
      MailEntity,
      MailLinkEntity,
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
