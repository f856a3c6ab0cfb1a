import { createGateway } from './gateway';

/** The gateway for client components: same origin, the browser adds the session cookie. */
export const browserGateway = createGateway((path, init) =>
  fetch(path, { ...init, credentials: 'same-origin' }),
);
