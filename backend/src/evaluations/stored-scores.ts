/** Of an evaluation `e` what becomes `StoredScores`; null where it has no score. */
export const STORED_SCORES = `case when e.state = 'scored'
  then e.score_values || jsonb_build_object('publicTest', e.public_test) end`;
