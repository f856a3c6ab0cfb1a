import { describe, expect, it } from 'vitest';
import { InvalidConfigError, parseConfig } from './config.js';

const DATABASE_URL = 'postgres://sillage:secret@127.0.0.1:5432/sillage';

describe('parseConfig', () => {
  it('needs only the database and has a default for everything else', () => {
    expect(parseConfig({ DATABASE_URL })).toMatchObject({
      apiHost: '127.0.0.1',
      apiPort: 4000,
      leaseMs: 15_000,
      uploadMaxBytes: 2 ** 31,
      workerTokens: [],
      organiserToken: null,
      s3: null,
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(parseConfig({ DATABASE_URL, SILLAGE_API_PORT: '', SILLAGE_S3_BUCKET: '' })).toMatchObject({
      apiPort: 4000,
      s3: null,
    });
  });

  it('reads several worker tokens', () => {
    const config = parseConfig({
      DATABASE_URL,
      SILLAGE_WORKER_TOKENS: 'a-token-of-16-chars-1, a-token-of-16-chars-2',
    });
    expect(config.workerTokens).toEqual(['a-token-of-16-chars-1', 'a-token-of-16-chars-2']);
  });

  it('reads the S3 settings', () => {
    const s3 = {
      SILLAGE_S3_BUCKET: 'maps',
      SILLAGE_S3_ENDPOINT: 'http://s3:9000',
      SILLAGE_S3_FORCE_PATH_STYLE: 'true',
    };
    expect(parseConfig({ DATABASE_URL, ...s3 }).s3).toEqual({
      bucket: 'maps',
      endpoint: 'http://s3:9000',
      region: 'us-east-1',
      forcePathStyle: true,
    });
  });

  it.each([
    { name: 'no database', environment: {}, message: /DATABASE_URL/ },
    {
      name: 'a database of another kind',
      environment: { DATABASE_URL: 'mysql://x/y' },
      message: /DATABASE_URL: give a postgres/,
    },
    {
      name: 'a port that is none',
      environment: { DATABASE_URL, SILLAGE_API_PORT: '99999' },
      message: /SILLAGE_API_PORT/,
    },
    {
      name: 'a worker token that can be guessed',
      environment: { DATABASE_URL, SILLAGE_WORKER_TOKENS: 'short' },
      message: /SILLAGE_WORKER_TOKENS.*16/,
    },
    {
      name: 'an organiser token that can be guessed',
      environment: { DATABASE_URL, SILLAGE_ORGANISER_TOKEN: 'short' },
      message: /SILLAGE_ORGANISER_TOKEN.*16/,
    },
  ])('refuses $name and names the variable', ({ environment, message }) => {
    expect(() => parseConfig(environment)).toThrow(InvalidConfigError);
    expect(() => parseConfig(environment)).toThrow(message);
  });
});

describe('mail and sign-in', () => {
  const environment = { DATABASE_URL: 'postgresql://localhost/sillage' };
  const orcid = {
    SILLAGE_SIGN_IN: 'orcid',
    SILLAGE_SIGN_IN_ORCID_CLIENT_ID: 'APP-1',
    SILLAGE_SIGN_IN_ORCID_CLIENT_SECRET: 'secret',
  };

  it('are off where nothing is said', () => {
    expect(parseConfig(environment)).toMatchObject({ mail: null, signIn: [] });
  });

  it('know ORCID and GitHub, and take any other provider by its address', () => {
    const { signIn } = parseConfig({
      ...environment,
      ...orcid,
      SILLAGE_SIGN_IN: 'orcid, my-lab',
      SILLAGE_SIGN_IN_MY_LAB_CLIENT_ID: 'x',
      SILLAGE_SIGN_IN_MY_LAB_CLIENT_SECRET: 'y',
      SILLAGE_SIGN_IN_MY_LAB_ISSUER: 'https://id.example.org',
      SILLAGE_SIGN_IN_MY_LAB_LABEL: 'My lab',
    });
    expect(signIn).toMatchObject([
      { id: 'orcid', kind: 'openid', label: 'ORCID', issuer: new URL('https://orcid.org'), scope: 'openid' },
      { id: 'my-lab', kind: 'openid', label: 'My lab', scope: 'openid email profile' },
    ]);
  });

  it.each([
    { name: 'a missing secret', change: { SILLAGE_SIGN_IN_ORCID_CLIENT_SECRET: '' }, says: /CLIENT_SECRET/ },
    {
      name: 'an address without encryption',
      change: { SILLAGE_SIGN_IN_ORCID_ISSUER: 'http://orcid.example' },
      says: /https/,
    },
    { name: 'a name that fits in no address', change: { SILLAGE_SIGN_IN: 'My Lab' }, says: /'My Lab' is no name/ },
    { name: 'a mail server that is none', change: { SILLAGE_SMTP_URL: 'https://x' }, says: /smtp/ },
  ])('refuse $name', ({ change, says }) => {
    expect(() => parseConfig({ ...environment, ...orcid, ...change })).toThrow(says);
  });

  it('send as the host of the site, unless told otherwise', () => {
    const mail = { ...environment, SILLAGE_SMTP_URL: 'smtp://mail.example:587' };
    expect(parseConfig({ ...mail, SILLAGE_PUBLIC_URL: 'https://board.example' }).mail?.from).toBe(
      'Sillage <sillage@board.example>',
    );
  });
});
