import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Notifications } from '../notifications/notifications.js';
import { Transactions } from '../transactions/transactions.js';
import { Database } from './database.js';
import { PostgresNotifications } from './postgres-notifications.js';
import { SessionLocks } from './session-locks.js';

class DatabaseShutdown implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly notifications: PostgresNotifications,
    private readonly locks: SessionLocks,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.notifications.stop();
    await this.locks.stop();
    await this.database.dataSource.destroy();
  }
}

@Global()
@Module({})
export class DatabaseModule {
  /** Takes a data source that is connected already: without a database there is no application to start. */
  static with(dataSource: DataSource, databaseUrl: string): DynamicModule {
    const database = new Database(dataSource);
    const notifications = new PostgresNotifications(database, databaseUrl);
    const locks = new SessionLocks(databaseUrl);
    return {
      module: DatabaseModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: SessionLocks, useValue: locks },
        { provide: Transactions, useValue: database },
        {
          provide: Notifications,
          useFactory: async () => {
            await notifications.start();
            return notifications;
          },
        },
        { provide: DatabaseShutdown, useValue: new DatabaseShutdown(database, notifications, locks) },
      ],
      exports: [Database, SessionLocks, Transactions, Notifications],
    };
  }
}
