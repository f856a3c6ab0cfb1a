import { browserTransport } from './browser-transport';
import { createGateway } from './gateway';

/** The gateway for client components. */
export const browserGateway = createGateway(browserTransport);
