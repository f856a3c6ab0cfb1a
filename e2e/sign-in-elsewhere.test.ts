import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser, openPage, type Browser } from './testing/browser.js';
import { startTestPlatform, type TestPlatform } from './testing/platform.js';

const EMAIL = 'harald@example.org';

describe.skipIf(!hasBrowser)('somebody with an account elsewhere', () => {
  let browser: Browser;
  let platform: TestPlatform;
  const mails: string[] = [];
  const site = createServer();
  const mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(
          Buffer.concat(chunks)
            .toString('utf8')
            .replaceAll(/=\r?\n/g, ''),
        );
        answer();
      });
    },
  });

  beforeAll(async () => {
    browser = await launchBrowser();
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    const issuer = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const mailListener = mailServer.listen(0, '127.0.0.1');
    await once(mailListener, 'listening');
    platform = await startTestPlatform('sign-in', {
      env: {
        SILLAGE_SMTP_URL: `smtp://127.0.0.1:${(mailListener.address() as AddressInfo).port}`,
        SILLAGE_SIGN_IN: 'university',
        SILLAGE_SIGN_IN_UNIVERSITY_ISSUER: issuer,
        SILLAGE_SIGN_IN_UNIVERSITY_LABEL: 'University',
        SILLAGE_SIGN_IN_UNIVERSITY_CLIENT_ID: 'sillage',
        SILLAGE_SIGN_IN_UNIVERSITY_CLIENT_SECRET: 'a secret of the test',
      },
    });
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'sillage',
          client_secret: 'a secret of the test',
          redirect_uris: [`${platform.url}/api/auth/providers/university/callback`],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      findAccount: (_context: unknown, sub: string) => ({
        accountId: sub,
        claims: () => ({ sub, name: 'Harald Sverdrup', email: EMAIL, email_verified: true }),
      }),
      cookies: { keys: ['a key of the test'] },
    });
    site.on('request', provider.callback());
  });
  afterAll(async () => {
    await platform?.remove();
    await browser.close();
    site.closeAllConnections();
    site.close();
    mailServer.close();
  });

  test('signs in there, with PKCE, and is signed in here', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${platform.url}/sign-in?next=/account`);
    await page.getByRole('button', { name: 'Sign in with University' }).click();
    await page.locator('[name=login]').fill('harald');
    await page.locator('[name=password]').fill('anything');
    await page.locator('[type=submit]').click();
    await page.getByText(/Continue/).click();
    await page.waitForURL(`${platform.url}/account`);
    await page.getByRole('heading', { level: 1, name: 'Harald Sverdrup' }).waitFor();
    await page.getByText('University: Harald Sverdrup').waitFor();
    await context.close();
  });

  test('makes an account by the mailed link', async () => {
    mails.length = 0;
    const { page, context, faults } = await openPage(browser);
    await page.goto(`${platform.url}/sign-up`);
    await page.getByLabel('Name').fill('Vagn Walfrid Ekman');
    await page.getByLabel('E-mail').fill('ekman@example.org');
    await page.getByLabel('Password').fill('a sentence to remember');
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByText('A mail is on its way to ekman@example.org').waitFor();
    await expect.poll(() => mails.join('')).toContain('/verify-email#');
    await page.goto(/https?:\/\/\S+\/verify-email#[\w-]+/.exec(mails.join(''))?.[0] ?? '');
    await page.getByRole('button', { name: 'Confirm my address' }).click();
    await page.getByText('Your address is confirmed').waitFor();
    await page.getByRole('link', { name: 'Your account' }).click();
    await page.getByLabel('E-mail').fill('ekman@example.org');
    await page.getByLabel('Password').fill('a sentence to remember');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Vagn Walfrid Ekman' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('forgets a password, and sets a new one by the mailed link', async () => {
    mails.length = 0;
    const { page, context, faults } = await openPage(browser);
    await page.goto(`${platform.url}/forgot-password`);
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByRole('button', { name: 'Mail a link' }).click();
    await page.getByText('If this address has an account').waitFor();
    await expect.poll(() => mails.join('')).toContain('/reset-password#');
    const link = /https?:\/\/\S+\/reset-password#[\w-]+/.exec(mails.join(''))?.[0] ?? '';
    await page.goto(link);
    await page.getByRole('textbox', { name: 'New password' }).fill('a sentence to remember');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('The new password is set').waitFor();
    await page.getByRole('link', { name: 'Sign in' }).last().click();
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Password').fill('a sentence to remember');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((address) => address.pathname === '/');
    expect(faults).toEqual([]);
    await context.close();
  });
});
