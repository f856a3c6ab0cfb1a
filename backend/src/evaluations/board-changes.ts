import { Inject, Injectable } from '@nestjs/common';
import { Notifications } from '../notifications/notifications.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import type { EvaluationProgress } from './ports.js';

/** Tells what shows boards that they changed, in the transaction that changes them. */
@Injectable()
export class BoardChanges {
  constructor(
    @Inject(EvaluationProgressRepository) private readonly progress: EvaluationProgress,
    private readonly notifications: Notifications,
  ) {}

  /** The boards of these tasks show something else from now on. */
  async changed(taskIds: string[]): Promise<void> {
    await this.progress.raiseBoardVersions(taskIds);
    for (const taskId of new Set(taskIds))
      await this.notifications.publish({ kind: 'board-changed', taskId });
  }

  /** Boards show another name from now on. */
  async authorChanged(author: { accountId: string } | { teamId: string }): Promise<void> {
    await this.changed(await this.progress.listTaskIdsOf(author));
  }
}
