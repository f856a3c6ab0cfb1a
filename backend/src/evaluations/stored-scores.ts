/** Of an evaluation `e` what becomes `StoredScores`; null where it has no score. */
export const STORED_SCORES = `case when e.state = 'scored' then jsonb_build_object('mu', e.mu, 'sigma', e.sigma,
  'lambdaXDeg', e.lambda_x_deg, 'lambdaXKm', e.lambda_x_km, 'lambdaTDays', e.lambda_t_days, 'unresolved', e.unresolved,
  'atGridLimit', to_jsonb(e.at_grid_limit), 'rmseM', e.rmse_m, 'publicTest', e.public_test) end`;
