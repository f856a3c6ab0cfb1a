import { oversightCalls } from '@sillage/client/oversight';
import { browserRequests } from './browser-requests';

/** How organisers look after the platform, for client components. */
export const browserOversightGateway = oversightCalls(browserRequests);
