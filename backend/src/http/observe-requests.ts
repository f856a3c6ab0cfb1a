import type { NextFunction, Request, Response } from 'express';

/** A client that went away before its answer was complete, as nginx counts it. */
const CLIENT_GONE = 499;

export type AnsweredRequest = {
  request: Request;
  method: string;
  /** As it was declared, like `/api/submissions/:id`; `none` where nothing matched. */
  route: string;
  status: number;
  durationMs: number;
};

/** Middleware: tells of each request once its connection is done with it. */
export function observeRequests(tell: (answered: AnsweredRequest) => void) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedMs = performance.now();
    response.once('close', () => {
      const matched = request.route as { path?: unknown } | undefined;
      tell({
        request,
        method: request.method,
        route: typeof matched?.path === 'string' && matched.path.startsWith('/') ? matched.path : 'none',
        status: response.writableFinished ? response.statusCode : CLIENT_GONE,
        durationMs: performance.now() - startedMs,
      });
    });
    next();
  };
}
