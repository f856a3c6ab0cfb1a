import * as openId from 'openid-client';
import type { SignInSettings } from '../../config/config.js';
import type { Identity } from '../domain/sign-in-decision.js';
import type { Attempt, SignInProvider } from './sign-in-provider.js';

const TIMEOUT_S = 15;

/** Any provider with OpenID Connect Discovery: ORCID, universities, eduGAIN proxies. */
export class OpenIdProvider implements SignInProvider {
  readonly id: string;
  readonly label: string;
  #configuration: Promise<openId.Configuration> | null = null;

  constructor(private readonly settings: SignInSettings) {
    this.id = settings.id;
    this.label = settings.label;
  }

  async authorizationUrl(attempt: Attempt, redirectUrl: URL): Promise<URL> {
    return openId.buildAuthorizationUrl(await this.#discovered(), {
      redirect_uri: redirectUrl.href,
      scope: this.settings.scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await openId.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  async identify(attempt: Attempt, callbackUrl: URL): Promise<Identity> {
    const configuration = await this.#discovered();
    const tokens = await openId.authorizationCodeGrant(configuration, callbackUrl, {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('the provider sent no ID token');
    const { userinfo_endpoint: endpoint } = configuration.serverMetadata();
    const more =
      endpoint === undefined
        ? {}
        : await openId.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    const said: Record<string, unknown> = { ...more, ...claims };
    const text = (name: string) => (typeof said[name] === 'string' ? said[name].trim() : '');
    const email = text('email').toLowerCase();
    return {
      issuer: claims.iss,
      subject: claims.sub,
      name:
        text('name') ||
        [text('given_name'), text('family_name')].filter(Boolean).join(' ') ||
        text('preferred_username'),
      verifiedEmail: email !== '' && said['email_verified'] === true ? email : null,
    };
  }

  /** Asked for once; after a failure again with the next sign-in. */
  #discovered(): Promise<openId.Configuration> {
    this.#configuration ??= openId
      .discovery(this.settings.issuer, this.settings.clientId, this.settings.clientSecret, undefined, {
        timeout: TIMEOUT_S,
        // Only ever set for a provider on this machine: see the configuration.
        execute: this.settings.issuer.protocol === 'http:' ? [openId.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        this.#configuration = null;
        throw error;
      });
    return this.#configuration;
  }
}
