import type { DatasetVersionDetails, DatasetVersionView } from '@sillage/contracts';
import type { VersionDetails, VersionRecord } from '../versions.service.js';

export function toVersionView(record: VersionRecord): DatasetVersionView {
  return {
    ...record,
    createdAt: record.createdAt.toISOString(),
    publishedAt: record.publishedAt?.toISOString() ?? null,
    retiredAt: record.retiredAt?.toISOString() ?? null,
  };
}

export function toVersionDetails({ record, definition, report }: VersionDetails): DatasetVersionDetails {
  return { ...toVersionView(record), definition, report };
}
