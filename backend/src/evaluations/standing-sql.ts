/** Of an evaluation `e`: its re-score is not promoted. The view `shown_evaluations` leaves these out. */
export const IS_SHADOW = `(e.rescore_id is not null
  and not exists (select 1 from shown_evaluations shown where shown.id = e.id))`;

/** A failed evaluation in whose place another one stands. */
export const IS_TRIED_AGAIN = `(e.state = 'failed' and exists (
  select 1 from evaluations later
  where later.submission_id = e.submission_id and later.task_id = e.task_id
    and later.dataset_version_id = e.dataset_version_id and later.protocol = e.protocol
    and later.rescore_id is not distinct from e.rescore_id
    and (later.created_at, later.id) > (e.created_at, e.id)))`;
