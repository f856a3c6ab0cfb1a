import { browserRequests } from './browser-requests';
import { createGateway } from './gateway';

/** The gateway for client components. */
export const browserGateway = createGateway(browserRequests);
