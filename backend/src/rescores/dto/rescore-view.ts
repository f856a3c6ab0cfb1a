import type { RescoreView } from '@sillage/contracts';
import type { RescoreDetails } from '../rescores.service.js';

export function toRescoreView({ record, state, counts, isOutdated }: RescoreDetails): RescoreView {
  return {
    id: record.id,
    challenge: record.challengeId,
    challengeName: record.challengeName,
    version: record.version,
    fromVersion: record.fromVersion,
    versionState: record.versionState,
    state,
    counts,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    isOutdated,
    changes: record.changes,
    createdBy: record.createdBy,
    createdAt: record.createdAt.toISOString(),
    endedBy: record.endedBy,
    endedAt: record.endedAt?.toISOString() ?? null,
  };
}
