import { curationCalls } from '@sillage/client/curation';
import { browserRequests } from './browser-requests';

/** What organisers do, for client components. */
export const browserCurationGateway = curationCalls(browserRequests);
