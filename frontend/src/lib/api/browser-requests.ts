import { createRequests } from '@sillage/client';

/** Same origin, the browser adds the session cookie. */
export const browserRequests = createRequests((path, init) =>
  fetch(path, { ...init, credentials: 'same-origin' }),
);
