import { Injectable } from '@nestjs/common';
import type { ModerationAction } from '@sillage/contracts';
import { Database } from '../database/database.js';

type Mark = { at: Date; by: string; reason: string };

const SET: Record<ModerationAction, string> = {
  hide: 'hidden_at = $2, hidden_by = $3, hidden_reason = $4',
  show: 'hidden_at = null, hidden_by = null, hidden_reason = null',
  verify: 'verified_at = $2, verified_by = $3, verified_note = $4',
  unverify: 'verified_at = null, verified_by = null, verified_note = null',
  // Nobody vouches for what is disqualified.
  disqualify:
    'disqualified_at = $2, disqualified_by = $3, disqualified_reason = $4, verified_at = null, verified_by = null, verified_note = null',
  reinstate: 'disqualified_at = null, disqualified_by = null, disqualified_reason = null',
};
const SETS_A_MARK: ReadonlySet<ModerationAction> = new Set(['hide', 'verify', 'disqualify']);

@Injectable()
export class ModerationRepository {
  constructor(private readonly database: Database) {}

  async lock(submissionId: string): Promise<void> {
    await this.database.query('select id from submissions where id = $1 for update', [submissionId]);
  }

  async apply(submissionId: string, action: ModerationAction, mark: Mark): Promise<void> {
    await this.database.query(`update submissions set ${SET[action]} where id = $1`, [
      submissionId,
      ...(SETS_A_MARK.has(action) ? [mark.at, mark.by, mark.reason] : []),
    ]);
  }
}
