import { browserTransport } from './browser-transport';
import { createCurationGateway } from './curation-gateway';

/** What organisers do, for client components. */
export const browserCurationGateway = createCurationGateway(browserTransport);
