import { hostname } from 'node:os';
import { TOKEN_SCOPES, tokenScopeSchema, type TokenScope } from '@sillage/contracts';
import { createApiClient, createTokenFor } from '../../api/api-client.js';
import { CommandError } from '../../command-error.js';
import { serverSettings, storeToken } from '../../settings/settings.js';
import { ask, readStdin } from '../../terminal/ask.js';
import { print } from '../../terminal/output.js';

export type LoginOptions = {
  url?: string;
  email?: string;
  passwordStdin?: boolean;
  tokenStdin?: boolean;
  scopes: string;
  days: number;
};

/** Makes a token with e-mail and password, or takes one from the account page; keeps the token, never the password. */
export async function login(options: LoginOptions): Promise<void> {
  const server = serverSettings(options, { ...process.env, SILLAGE_TOKEN: undefined });
  if (options.passwordStdin === true && options.tokenStdin === true)
    throw new CommandError('give one of --password-stdin and --token-stdin');
  const token =
    options.tokenStdin === true ? await readStdin() : await tokenFromPassword(server.url, options);
  const account = await createApiClient({ url: server.url, token }).me();
  const path = storeToken(server.url, token, process.env);
  print(
    `Signed in to ${server.url} as ${account.displayName}${account.email === null ? '' : ` <${account.email}>`}; the token is in ${path}`,
  );
}

async function tokenFromPassword(url: string, options: LoginOptions): Promise<string> {
  const email = options.email ?? (await ask('E-mail', false));
  const password = options.passwordStdin === true ? await readStdin() : await ask('Password', true);
  const created = await createTokenFor(
    url,
    { email, password },
    {
      name: `sillage on ${hostname()}`.slice(0, 80),
      scopes: tokenScopes(options.scopes),
      expiresInDays: options.days,
    },
  );
  return created.secret;
}

function tokenScopes(text: string): TokenScope[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !tokenScopeSchema.safeParse(name).success);
  if (unknown !== undefined)
    throw new CommandError(
      `--scopes: '${unknown}' is no scope; there are ${TOKEN_SCOPES.join(', ')}, separated by commas`,
    );
  return TOKEN_SCOPES.filter((scope) => names.includes(scope));
}
