import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import type { DataSource } from 'typeorm';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { ChallengeRegistrationModule } from './challenge-registration/challenge-registration.module.js';
import { ChallengeSettingsModule } from './challenge-settings/challenge-settings.module.js';
import { ChallengesModule } from './challenges/challenges.module.js';
import { ClockModule } from './clock/clock.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { CurationModule } from './curation/curation.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EvaluationsModule } from './evaluations/evaluations.module.js';
import { HealthModule } from './health/health.module.js';
import { AccessGuard } from './accounts/access.guard.js';
import { ErrorFilter } from './http/error.filter.js';
import { HttpModule } from './http/http.module.js';
import { RateCounts } from './http/rate-counts.js';
import { accountTried, doesNotCount } from './http/rate-limit.js';
import { InboxModule } from './inbox/inbox.module.js';
import { LeaderboardModule } from './leaderboard/leaderboard.module.js';
import { LeasesModule } from './leases/leases.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ModerationModule } from './moderation/moderation.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { ObjectStoreModule } from './object-store/object-store.module.js';
import { RescoresModule } from './rescores/rescores.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { StorageModule } from './storage/storage.module.js';
import { StressModule } from './stress/stress.module.js';
import { ProductsModule } from './products/products.module.js';
import { SnapshotsModule } from './snapshots/snapshots.module.js';
import { SubmissionsModule } from './submissions/submissions.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { UploadsModule } from './uploads/uploads.module.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

@Module({})
export class AppModule {
  static with(config: Config, dataSource: DataSource): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        DatabaseModule.with(dataSource, config.databaseUrl),
        ThrottlerModule.forRootAsync({
          inject: [RateCounts],
          useFactory: (storage: RateCounts) => ({
            storage,
            throttlers: [
              {
                name: 'default',
                ttl: MINUTE_MS,
                limit: config.apiRequestsPerMinute,
                skipIf: doesNotCount('default'),
              },
              {
                name: 'auth',
                ttl: MINUTE_MS,
                limit: config.authRequestsPerMinute,
                skipIf: doesNotCount('auth'),
              },
              {
                name: 'account',
                ttl: HOUR_MS,
                limit: config.passwordTriesPerHour,
                skipIf: doesNotCount('account'),
                getTracker: accountTried,
              },
            ],
          }),
        }),
        ClockModule,
        HttpModule,
        ObjectStoreModule,
        AuditModule,
        AccountsModule,
        ChallengesModule,
        UploadsModule,
        EvaluationsModule,
        LeaderboardModule,
        SubmissionsModule,
        ModerationModule,
        ChallengeSettingsModule,
        OperationsModule,
        StorageModule,
        TeamsModule,
        InboxModule,
        SignInModule,
        StressModule,
        ProductsModule,
        SnapshotsModule,
        ChallengeRegistrationModule,
        CurationModule,
        LeasesModule,
        RescoresModule,
        HealthModule,
        MetricsModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_GUARD, useClass: ThrottlerGuard },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    };
  }
}
