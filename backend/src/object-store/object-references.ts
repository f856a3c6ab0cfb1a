/** What a re-score brought that was not promoted, and never will be. */
const isGivenUp = (rescoreId: string): string =>
  `exists (select 1 from rescores r where r.id = ${rescoreId} and r.state in ('discarded', 'cancelled'))`;

/**
 * Steps that a worker does or may yet do. One that failed may be tried again with the same payload, as long as nothing took the
 * place of its evaluation.
 */
const LIVE_JOBS = `
  select j.payload from jobs j
  where j.state in ('queued', 'leased')
    or j.state = 'failed' and j.stress_run_id is null and exists (
      select 1 from evaluations e
      where e.submission_id = j.submission_id and (j.evaluation_id is null or e.id = j.evaluation_id)
        and e.state = 'failed' and not exists (
          select 1 from evaluations later
          where later.submission_id = e.submission_id and later.task_id = e.task_id
            and later.dataset_version_id = e.dataset_version_id and later.protocol = e.protocol
            and later.rescore_id is not distinct from e.rescore_id
            and (later.created_at, later.id) > (e.created_at, e.id)))`;

/** Every reference to an object that there is, as of `$1`. One statement: a reference that moves while it runs is seen here or there. */
export const OBJECT_REFERENCES = `
  select sha256, 'dataset' as kind from dataset_files
  union all select sha256, 'draft' from draft_files
  union all select sha256, 'submission' from submissions s
    where withdrawn_at is null and not ${isGivenUp('s.rescore_id')}
  union all select network_sha256, 'network' from submissions s where not ${isGivenUp('s.rescore_id')}
  union all select canonical_sha256, 'map' from submissions s where not ${isGivenUp('s.rescore_id')}
  union all select canonical_sha256, 'map' from evaluations e where not ${isGivenUp('e.rescore_id')}
  union all select a.sha256, 'product' from artefacts a join evaluations e on e.id = a.evaluation_id
    where not ${isGivenUp('e.rescore_id')}
  union all select sha256, 'upload' from uploads where used_at is null or used_at > $1
  union all select found[1], 'job' from (${LIVE_JOBS}) live,
    regexp_matches(live.payload::text, '"([0-9a-f]{64})"', 'g') found`;

/** Advisory lock: shared by those who remove objects, alone by who writes a backup. */
export const COLLECTION_LOCK = 7_235_402;
