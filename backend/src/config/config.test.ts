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
