import type { NextFunction, Request, Response } from 'express';
import type { MetricsService } from './metrics.service.js';

export const METRICS_PATH = '/metrics';

/**
 * Outside of `/api`, so that no gateway leads to it, and refused to whatever came through a proxy all the same: who reads it asks
 * the process itself, on the port that it listens on.
 */
export function serveMetrics(metrics: MetricsService) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.method !== 'GET' || request.headers['x-forwarded-for'] !== undefined) return next();
    metrics
      .read()
      .then((text) => response.setHeader('Cache-Control', 'no-store').type(metrics.contentType).send(text))
      .catch(next);
  };
}
