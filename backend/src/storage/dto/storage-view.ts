import type { Collection as CollectionView, StorageReport } from '@sillage/contracts';
import type { Config } from '../../config/config.js';
import { add, NOTHING } from '../domain/store-survey.js';
import type { Collection } from '../storage.repository.js';
import type { StorageStanding } from '../storage.service.js';

const MOST_NAMED = 100;
const MS_PER_HOUR = 3_600_000;

export function toCollectionView({ startedAt, finishedAt, ...collection }: Collection): CollectionView {
  return { ...collection, startedAt: startedAt.toISOString(), finishedAt: finishedAt.toISOString() };
}

export function toStorageReport(
  { at, total, kinds, collectable, young, missing, uploads, lastCollection }: StorageStanding,
  { s3, collectGraceMs, collectEveryMs }: Pick<Config, 's3' | 'collectGraceMs' | 'collectEveryMs'>,
): StorageReport {
  const largest = collectable.toSorted((left, right) => right.sizeBytes - left.sizeBytes);
  return {
    at: at.toISOString(),
    place: s3 === null ? 'folder' : 's3',
    total,
    kinds,
    collectable: {
      ...collectable.reduce(add, NOTHING),
      largest: largest.slice(0, MOST_NAMED).map(({ sha256, sizeBytes, writtenAt }) => ({
        sha256,
        sizeBytes,
        writtenAt: writtenAt.toISOString(),
      })),
    },
    young,
    missing: { count: missing.length, objects: missing.slice(0, MOST_NAMED) },
    uploads,
    graceHours: collectGraceMs / MS_PER_HOUR,
    everyHours: collectEveryMs === null ? null : collectEveryMs / MS_PER_HOUR,
    lastCollection: lastCollection === null ? null : toCollectionView(lastCollection),
  };
}
