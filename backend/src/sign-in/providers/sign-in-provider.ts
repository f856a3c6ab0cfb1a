import type { Identity } from '../domain/sign-in-decision.js';

/** What binds the answer of the other site to the question. */
export type Attempt = { state: string; nonce: string; codeVerifier: string };

/** Port to another site that says who somebody is. */
export type SignInProvider = {
  readonly id: string;
  readonly label: string;
  /** The address to send the browser to. */
  authorizationUrl: (attempt: Attempt, redirectUrl: URL) => Promise<URL>;
  /** `callbackUrl`: where the browser came back to, with the answer in its query. @throws where the answer is no good. */
  identify: (attempt: Attempt, callbackUrl: URL) => Promise<Identity>;
};
