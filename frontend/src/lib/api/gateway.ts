import {
  accountCalls,
  challengeCalls,
  submissionCalls,
  type AccountCalls,
  type ChallengeCalls,
  type Requests,
  type SubmissionCalls,
} from '@sillage/client';

/** The calls of the site. Those of organisers are apart, so that public pages do not load them. */
export type Gateway = AccountCalls & ChallengeCalls & SubmissionCalls;

export function createGateway(requests: Requests): Gateway {
  return { ...accountCalls(requests), ...challengeCalls(requests), ...submissionCalls(requests) };
}
