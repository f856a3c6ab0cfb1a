import type { Transport } from './requests';

/** Same origin, the browser adds the session cookie. */
export const browserTransport: Transport = (path, init) =>
  fetch(path, { ...init, credentials: 'same-origin' });
