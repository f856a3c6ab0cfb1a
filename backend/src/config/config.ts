import { z } from 'zod';

const secondsSchema = z.coerce.number().positive();
const flagSchema = z
  .enum(['true', 'false', '1', '0', ''])
  .default('false')
  .transform((text) => text === 'true' || text === '1');

const environmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'give a postgres:// URL' }),
  SILLAGE_API_HOST: z.string().min(1).default('127.0.0.1'),
  SILLAGE_API_PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  SILLAGE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:3000'),
  SILLAGE_STORE_DIR: z.string().min(1).default('.sillage/objects'),
  SILLAGE_UPLOAD_DIR: z.string().min(1).default('.sillage/uploads'),
  SILLAGE_S3_BUCKET: z.string().optional(),
  SILLAGE_S3_ENDPOINT: z.string().optional(),
  SILLAGE_S3_REGION: z.string().default('us-east-1'),
  SILLAGE_S3_FORCE_PATH_STYLE: flagSchema,
  SILLAGE_WORKER_TOKENS: z.string().default(''),
  SILLAGE_ORGANISER_TOKEN: z.string().optional(),
  SILLAGE_DATASETS_DIR: z.string().optional(),
  SILLAGE_INCOMING_DIR: z.string().optional(),
  SILLAGE_DATABASE_WAIT_S: secondsSchema.default(60),
  SILLAGE_STOP_S: secondsSchema.default(8),
  SILLAGE_LEASE_S: secondsSchema.default(15),
  SILLAGE_REAPER_INTERVAL_S: secondsSchema.default(1),
  SILLAGE_RETRY_DELAY_S: z.coerce.number().min(0).default(2),
  SILLAGE_UPLOAD_MAX_BYTES: z.coerce.number().int().positive().default(2_147_483_648),
  SILLAGE_UPLOAD_WAITING_MAX_BYTES: z.coerce.number().int().positive().default(17_179_869_184),
  SILLAGE_SUBMITTED_MAX_BYTES: z.coerce.number().int().positive().default(107_374_182_400),
  SILLAGE_STORE_MIN_FREE_MIB: z.coerce.number().min(0).default(1024),
  SILLAGE_UPLOAD_EXPIRES_H: z.coerce.number().positive().default(72),
  SILLAGE_COLLECT_GRACE_H: z.coerce
    .number()
    .min(1, 'give at least 1: work under way needs its objects')
    .default(24),
  SILLAGE_COLLECT_EVERY_H: z.coerce.number().min(0).default(24),
  SILLAGE_SESSION_DAYS: z.coerce.number().positive().default(14),
  SILLAGE_AUTH_RATE_PER_MINUTE: z.coerce.number().int().positive().default(30),
  SILLAGE_PASSWORD_TRIES_PER_HOUR: z.coerce.number().int().positive().default(100),
  SILLAGE_API_RATE_PER_MINUTE: z.coerce.number().int().positive().default(12_000),
  SILLAGE_SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'give a smtp:// or smtps:// URL' }).optional(),
  SILLAGE_MAIL_FROM: z.string().min(3).max(200).optional(),
});

export type S3Settings = { bucket: string; endpoint: string | null; region: string; forcePathStyle: boolean };

/** A site by which people sign in here. */
export type SignInSettings = {
  id: string;
  kind: 'openid' | 'github';
  label: string;
  issuer: URL;
  clientId: string;
  clientSecret: string;
  scope: string;
};

export type MailSettings = { smtpUrl: string; from: string };

/** What the process was told at its start. Durations in milliseconds, sizes in bytes. */
export type Config = {
  databaseUrl: string;
  databaseWaitMs: number;
  /** How long requests under way may take when the process is told to stop. */
  stopMs: number;
  apiHost: string;
  apiPort: number;
  publicUrl: URL;
  storeFolder: string;
  uploadFolder: string;
  s3: S3Settings | null;
  workerTokens: string[];
  organiserToken: string | null;
  datasetsFolder: string | null;
  /** Where operators put dataset files that are too large to be uploaded. */
  incomingFolder: string | null;
  leaseMs: number;
  reaperIntervalMs: number;
  /** How long after the end of a lease the platform acts at the latest. */
  reactionMs: number;
  retryDelayMs: number;
  uploadMaxBytes: number;
  /** Of one participant: uploads that were not submitted. */
  uploadWaitingMaxBytes: number;
  /** Of one participant: files of entries and uploads that wait, together. */
  submittedMaxBytes: number;
  /** Left free for everybody else: the database lies on the same disk in the one-machine setting. */
  minFreeBytes: number;
  uploadExpiresMs: number;
  /** An object that nothing refers to is not collected before it is that old. */
  collectGraceMs: number;
  /** Null where the platform does not collect by itself. */
  collectEveryMs: number | null;
  sessionMs: number;
  authRequestsPerMinute: number;
  passwordTriesPerHour: number;
  apiRequestsPerMinute: number;
  /** Null where no mail is sent. */
  mail: MailSettings | null;
  signIn: SignInSettings[];
};

/** Injection token of {@link Config}. */
export const CONFIG = Symbol('config');

export class InvalidConfigError extends Error {
  readonly tag = 'invalid-config';
  constructor(problems: string[]) {
    super(`the environment is not complete:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

const MIN_SECRET_LENGTH = 16;
const MS_PER_HOUR = 3_600_000;

/** Empty variables count as absent: compose files pass them that way. */
function withoutEmpty(environment: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** @throws InvalidConfigError naming every variable that is missing or wrong. */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const parsed = environmentSchema.safeParse(withoutEmpty(environment));
  if (!parsed.success) {
    throw new InvalidConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const values = parsed.data;
  const workerTokens = values.SILLAGE_WORKER_TOKENS.split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');
  const problems = workerTokens
    .filter((token) => token.length < MIN_SECRET_LENGTH)
    .map(() => `SILLAGE_WORKER_TOKENS: a token needs at least ${MIN_SECRET_LENGTH} characters`);
  const organiserToken = values.SILLAGE_ORGANISER_TOKEN ?? null;
  if (organiserToken !== null && organiserToken.length < MIN_SECRET_LENGTH) {
    problems.push(`SILLAGE_ORGANISER_TOKEN: a token needs at least ${MIN_SECRET_LENGTH} characters`);
  }
  const signIn = signInSettings(withoutEmpty(environment), problems);
  if (problems.length > 0) throw new InvalidConfigError(problems);
  const reaperIntervalMs = Math.round(values.SILLAGE_REAPER_INTERVAL_S * 1000);

  return {
    databaseUrl: values.DATABASE_URL,
    databaseWaitMs: values.SILLAGE_DATABASE_WAIT_S * 1000,
    stopMs: Math.round(values.SILLAGE_STOP_S * 1000),
    apiHost: values.SILLAGE_API_HOST,
    apiPort: values.SILLAGE_API_PORT,
    publicUrl: new URL(values.SILLAGE_PUBLIC_URL),
    storeFolder: values.SILLAGE_STORE_DIR,
    uploadFolder: values.SILLAGE_UPLOAD_DIR,
    s3:
      values.SILLAGE_S3_BUCKET === undefined
        ? null
        : {
            bucket: values.SILLAGE_S3_BUCKET,
            endpoint: values.SILLAGE_S3_ENDPOINT ?? null,
            region: values.SILLAGE_S3_REGION,
            forcePathStyle: values.SILLAGE_S3_FORCE_PATH_STYLE,
          },
    workerTokens,
    organiserToken,
    datasetsFolder: values.SILLAGE_DATASETS_DIR ?? null,
    incomingFolder: values.SILLAGE_INCOMING_DIR ?? null,
    leaseMs: Math.round(values.SILLAGE_LEASE_S * 1000),
    reaperIntervalMs,
    reactionMs: 2 * reaperIntervalMs,
    retryDelayMs: Math.round(values.SILLAGE_RETRY_DELAY_S * 1000),
    uploadMaxBytes: values.SILLAGE_UPLOAD_MAX_BYTES,
    uploadWaitingMaxBytes: values.SILLAGE_UPLOAD_WAITING_MAX_BYTES,
    submittedMaxBytes: values.SILLAGE_SUBMITTED_MAX_BYTES,
    minFreeBytes: values.SILLAGE_STORE_MIN_FREE_MIB * 2 ** 20,
    uploadExpiresMs: values.SILLAGE_UPLOAD_EXPIRES_H * MS_PER_HOUR,
    collectGraceMs: values.SILLAGE_COLLECT_GRACE_H * MS_PER_HOUR,
    collectEveryMs:
      values.SILLAGE_COLLECT_EVERY_H === 0 ? null : values.SILLAGE_COLLECT_EVERY_H * MS_PER_HOUR,
    sessionMs: values.SILLAGE_SESSION_DAYS * 24 * MS_PER_HOUR,
    authRequestsPerMinute: values.SILLAGE_AUTH_RATE_PER_MINUTE,
    passwordTriesPerHour: values.SILLAGE_PASSWORD_TRIES_PER_HOUR,
    apiRequestsPerMinute: values.SILLAGE_API_RATE_PER_MINUTE,
    mail: mailSettings(values),
    signIn,
  };
}

const KNOWN_PROVIDERS: Partial<Record<string, { label: string; issuer: string; scope: string }>> = {
  orcid: { label: 'ORCID', issuer: 'https://orcid.org', scope: 'openid' },
  github: { label: 'GitHub', issuer: 'https://github.com', scope: 'read:user user:email' },
};
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** `SILLAGE_SIGN_IN` names the providers; each has variables with its name in capitals. */
function signInSettings(environment: Record<string, string>, problems: string[]): SignInSettings[] {
  const ids = (environment['SILLAGE_SIGN_IN'] ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return ids.flatMap((id): SignInSettings[] => {
    const prefix = `SILLAGE_SIGN_IN_${id.toUpperCase().replaceAll('-', '_')}`;
    const known = KNOWN_PROVIDERS[id];
    const [clientId, clientSecret] = [
      environment[`${prefix}_CLIENT_ID`],
      environment[`${prefix}_CLIENT_SECRET`],
    ];
    const issuer = environment[`${prefix}_ISSUER`] ?? known?.issuer ?? '';
    const url = URL.canParse(issuer) ? new URL(issuer) : null;
    const isSafe =
      url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname)));
    const found: string[] = [];
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(id))
      found.push(`SILLAGE_SIGN_IN: '${id}' is no name; use lower-case letters, digits and hyphens`);
    if (clientId === undefined) found.push(`${prefix}_CLIENT_ID: missing, it is needed for '${id}'`);
    if (clientSecret === undefined) found.push(`${prefix}_CLIENT_SECRET: missing, it is needed for '${id}'`);
    if (!isSafe)
      found.push(
        `${prefix}_ISSUER: give the https:// address of the provider (http:// on this machine only)`,
      );
    problems.push(...found);
    if (found.length > 0 || url === null || clientId === undefined || clientSecret === undefined) return [];
    return [
      {
        id,
        kind: id === 'github' ? 'github' : 'openid',
        label: environment[`${prefix}_LABEL`] ?? known?.label ?? id,
        issuer: url,
        clientId,
        clientSecret,
        scope: environment[`${prefix}_SCOPE`] ?? known?.scope ?? 'openid email profile',
      },
    ];
  });
}

function mailSettings(values: z.infer<typeof environmentSchema>): MailSettings | null {
  if (values.SILLAGE_SMTP_URL === undefined) return null;
  const host = new URL(values.SILLAGE_PUBLIC_URL).hostname;
  return { smtpUrl: values.SILLAGE_SMTP_URL, from: values.SILLAGE_MAIL_FROM ?? `Sillage <sillage@${host}>` };
}

/** The one place that reads the environment. */
export function configFromEnvironment(): Config {
  return parseConfig(process.env);
}
