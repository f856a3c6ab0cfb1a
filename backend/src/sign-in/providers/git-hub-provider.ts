import * as openId from 'openid-client';
import { z } from 'zod';
import type { SignInSettings } from '../../config/config.js';
import type { Identity } from '../domain/sign-in-decision.js';
import type { Attempt, SignInProvider } from './sign-in-provider.js';

const userSchema = z.object({
  id: z.number().int(),
  login: z.string(),
  name: z.string().nullable().optional(),
});
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/** GitHub speaks OAuth 2 without OpenID Connect: who it is comes from its API. */
export class GitHubProvider implements SignInProvider {
  readonly id: string;
  readonly label: string;
  readonly #configuration: openId.Configuration;
  readonly #api: string;

  constructor(private readonly settings: SignInSettings) {
    this.id = settings.id;
    this.label = settings.label;
    const site = settings.issuer.href.replace(/\/$/, '');
    this.#api = settings.issuer.hostname === 'github.com' ? 'https://api.github.com' : `${site}/api/v3`;
    this.#configuration = new openId.Configuration(
      {
        issuer: site,
        authorization_endpoint: `${site}/login/oauth/authorize`,
        token_endpoint: `${site}/login/oauth/access_token`,
      },
      settings.clientId,
      settings.clientSecret,
    );
    if (settings.issuer.protocol === 'http:') openId.allowInsecureRequests(this.#configuration);
  }

  async authorizationUrl(attempt: Attempt, redirectUrl: URL): Promise<URL> {
    return openId.buildAuthorizationUrl(this.#configuration, {
      redirect_uri: redirectUrl.href,
      scope: this.settings.scope,
      state: attempt.state,
      code_challenge: await openId.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  async identify(attempt: Attempt, callbackUrl: URL): Promise<Identity> {
    const tokens = await openId.authorizationCodeGrant(this.#configuration, callbackUrl, {
      expectedState: attempt.state,
      pkceCodeVerifier: attempt.codeVerifier,
    });
    const user = await this.#get('/user', tokens.access_token, userSchema);
    const emails = await this.#get('/user/emails', tokens.access_token, emailsSchema);
    const email = emails.find(({ primary, verified }) => primary && verified)?.email ?? null;
    return {
      issuer: this.#configuration.serverMetadata().issuer,
      subject: String(user.id),
      name: user.name?.trim() || user.login,
      verifiedEmail: email?.toLowerCase() ?? null,
    };
  }

  async #get<Value>(path: string, accessToken: string, schema: z.ZodType<Value>): Promise<Value> {
    const response = await openId.fetchProtectedResource(
      this.#configuration,
      accessToken,
      new URL(this.#api + path),
      'GET',
      null,
      new Headers({ accept: 'application/json' }),
    );
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return schema.parse(await response.json());
  }
}
