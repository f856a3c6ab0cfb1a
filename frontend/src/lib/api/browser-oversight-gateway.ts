import { browserTransport } from './browser-transport';
import { createOversightGateway } from './oversight-gateway';

/** How organisers look after the platform, for client components. */
export const browserOversightGateway = createOversightGateway(browserTransport);
