import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { apiPaths } from '@sillage/client';
import {
  canonicalJson,
  isAlongTrackProtocol,
  receiptSchema,
  referenceFile,
  signingKeySchema,
  type Receipt,
  type Scores,
} from '@sillage/contracts';
import { ERROR_KEYS, SCORE_TABLE, METRICS_OF_PROTOCOL } from '@sillage/contracts/score-texts';
import { scoreAlongTrack, scoreReconstruction } from '@sillage/pipeline';
import { createApiClient, type ApiClient } from '../../api/api-client.js';
import { CommandError } from '../../command-error.js';
import { normaliseUrl, serverSettings } from '../../settings/settings.js';
import { print } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { cliVersion } from '../../version.js';

export type VerifyOptions = {
  url?: string;
  key?: string;
  reference?: string;
  recompute: boolean;
  threads: number;
};

/**
 * How far a score may be from that of the receipt: absolute for µ and σ, relative for the others. From the submitted maps
 * only the order of sums differs; scored.nc holds them rounded to float32.
 */
const TOLERANCE = { submitted: 1e-9, scored: 1e-6 } as const;

type ChosenMap = { path: string; name: string; variable: string | null; kind: keyof typeof TOLERANCE };

/**
 * Checks a receipt: its signature, that the maps and the reference are the very bytes that it names, and that scoring
 * them gives its numbers.
 *
 * @throws CommandError for the first thing that does not hold.
 */
export async function verify(
  receiptPath: string,
  mapPath: string | undefined,
  options: VerifyOptions,
): Promise<void> {
  const receipt = await readReceipt(receiptPath);
  const url = normaliseUrl(options.url ?? receipt.platform.url);
  const client = createApiClient(serverSettings({ url }, process.env));
  await checkSignature(receipt, options.key, client);
  const { evaluation, submission, challenge } = receipt;
  print(`✓ signature of ${options.key === undefined ? url : 'the given key'}`);
  print(
    `  ${submission.method} by ${submission.author}, ${challenge.name} ${challenge.datasetVersion}, ${evaluation.area} × ${evaluation.scenario}, ${receipt.protocol}`,
  );
  if (!options.recompute) {
    if (mapPath !== undefined) print(`✓ ${(await identify(mapPath, receipt)).name}`);
    print('The receipt is genuine. Its scores were not computed again (--no-recompute).');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'sillage-verify-'));
  try {
    const map = await chooseMap(receipt, mapPath, client, folder);
    print(`✓ ${map.name}`);
    const referencePath = await chooseReference(receipt, options.reference, client, folder);
    print(`✓ ${referenceOf(receipt).name}, what it is compared with`);
    compare(
      receipt,
      await scoreAgain(receipt, { map, referencePath, folder, threads: options.threads }),
      map.kind,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (receipt.scorerVersion !== cliVersion())
    print(`  (scored by version ${receipt.scorerVersion}, computed again by ${cliVersion()})`);
  print('The receipt is genuine, and its scores are those of these files.');
}

async function readReceipt(path: string): Promise<Receipt> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new CommandError(`${path} is not JSON, so it is no receipt, or one that was changed`, { cause });
    throw cause;
  }
  const parsed = receiptSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandError(
    `${path} is no receipt of Sillage, or one that was changed: ${issue?.path.join('.')}: ${issue?.message}`,
    { cause: parsed.error },
  );
}

async function checkSignature(
  receipt: Receipt,
  givenKey: string | undefined,
  client: ApiClient,
): Promise<void> {
  const { signature, ...content } = receipt;
  const trusted = givenKey ?? (await client.signingKey()).publicKey;
  if (!signingKeySchema.shape.publicKey.safeParse(trusted).success)
    throw new CommandError('--key is 43 characters of base64url, as GET /api/signing-key gives it');
  if (signature.publicKey !== trusted) {
    throw new CommandError(
      `the receipt is signed with the key ${signature.publicKey}, not with that of ${givenKey === undefined ? client.server.url : '--key'} (${trusted})`,
    );
  }
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: trusted }, format: 'jwk' });
  const isGenuine = verifySignature(
    null,
    Buffer.from(canonicalJson(content), 'utf8'),
    key,
    Buffer.from(signature.value, 'base64url'),
  );
  if (!isGenuine) throw new CommandError('the signature does not fit: something in the receipt was changed');
}

/** The maps at hand, or else those that the platform shows. */
async function chooseMap(
  receipt: Receipt,
  mapPath: string | undefined,
  client: ApiClient,
  folder: string,
): Promise<ChosenMap> {
  if (mapPath !== undefined) return identify(mapPath, receipt);
  const { submission, evaluation, artefacts } = receipt;
  const isMap = submission.form === 'map';
  if (!isMap && !artefacts.some(({ name }) => name === 'scored.nc')) {
    throw new CommandError(
      'the receipt names no maps: it was written before scored.nc was made. Download it again',
    );
  }
  const path = join(folder, isMap ? 'submitted.nc' : 'scored.nc');
  await client.download(
    isMap ? apiPaths.submissionFile(submission.id) : apiPaths.artefact(evaluation.id, 'scored.nc'),
    path,
    () => undefined,
  );
  return identify(path, receipt);
}

/** @throws CommandError if the receipt speaks of other bytes. */
async function identify(path: string, { submission, artefacts }: Receipt): Promise<ChosenMap> {
  const sha256 = await hashOf(path);
  if (submission.form === 'map' && sha256 === submission.file.sha256) {
    return {
      path,
      name: `${submission.file.name}, as it was submitted`,
      variable: null,
      kind: 'submitted',
    };
  }
  const scored = artefacts.find(({ name }) => name === 'scored.nc');
  if (sha256 === scored?.sha256)
    return { path, name: 'scored.nc, as the platform scored it', variable: 'ssh', kind: 'scored' };
  const expected = [
    ...(submission.form === 'map' ? [`${submission.file.name}: ${submission.file.sha256}`] : []),
    ...(scored === undefined ? [] : [`scored.nc: ${scored.sha256}`]),
  ];
  throw new CommandError(
    `${path} is not what was scored: its SHA-256 is ${sha256}, the receipt has ${expected.join('; ')}`,
  );
}

function referenceOf({ challenge, protocol, evaluation }: Receipt): Receipt['challenge']['files'][number] {
  const files = challenge.files.map((file) => ({ ...file, path: file.name, area: evaluation.area }));
  const reference = referenceFile({ protocol, files }, evaluation);
  if (reference === undefined)
    throw new CommandError(
      `the signature and the maps are right, but what the maps are compared with is withheld (${challenge.disclosure}): the scores cannot be computed again here. --no-recompute leaves that out`,
    );
  return reference;
}

async function chooseReference(
  receipt: Receipt,
  given: string | undefined,
  client: ApiClient,
  folder: string,
): Promise<string> {
  const reference = referenceOf(receipt);
  const { challenge } = receipt;
  const path = given ?? join(folder, 'reference.nc');
  if (given === undefined) {
    await client.download(apiPaths.challengeFile(challenge.id, reference.name), path, () => undefined);
  }
  const sha256 = await hashOf(path);
  if (sha256 === reference.sha256) return path;
  throw new CommandError(
    `${given ?? reference.name} is not the ${reference.name} of dataset ${challenge.datasetVersion}: its SHA-256 is ${sha256}, the receipt has ${reference.sha256}` +
      (given === undefined ? '. The dataset may have been replaced: give the older file by --reference' : ''),
  );
}

async function scoreAgain(
  receipt: Receipt,
  work: { map: ChosenMap; referencePath: string; folder: string; threads: number },
): Promise<Scores> {
  const { protocol, evaluation } = receipt;
  const { variable } = referenceOf(receipt);
  const { map } = work;
  const progress = createProgressLine();
  const common = {
    reconstructionPath: map.path,
    reconstructionVariable: map.variable ?? receipt.submission.variable,
    scoredBox: evaluation.scoredBox,
    period: evaluation.period,
    onProgress: progress.update,
  };
  try {
    const result = isAlongTrackProtocol(protocol)
      ? await scoreAlongTrack({ ...common, trackPath: work.referencePath, trackVariable: variable, protocol })
      : await scoreReconstruction({
          ...common,
          referencePath: work.referencePath,
          referenceVariable: variable,
          protocol,
          threads: work.threads,
          temporaryFolder: work.folder,
        });
    return result.scores;
  } finally {
    progress.clear();
  }
}

/** @throws CommandError naming every score that is another one. */
function compare(receipt: Receipt, found: Scores, kind: keyof typeof TOLERANCE): void {
  // An older receipt lacks what was added to the table since.
  const knownErrors = ERROR_KEYS.filter((key) => receipt.scores[key] !== undefined);
  const rows = [
    ...[...METRICS_OF_PROTOCOL[receipt.protocol], ...knownErrors].map((key) => ({
      name: SCORE_TABLE[key].symbol,
      unit: SCORE_TABLE[key].unit,
      isAbsolute: key === 'mu' || key === 'sigma',
      expected: receipt.scores[key] ?? null,
      found: found[key] ?? null,
    })),
  ];
  const off = rows.filter((row) => {
    const tolerance = TOLERANCE[kind] * (row.isAbsolute ? 1 : Math.abs(row.expected ?? 0));
    const isSame =
      row.expected === null || row.found === null
        ? row.expected === row.found
        : Math.abs(row.expected - row.found) <= tolerance;
    print(`${isSame ? '✓' : '✗'} ${row.name.padEnd(8)} ${row.found ?? '–'} ${row.unit}`.trimEnd());
    return !isSame;
  });
  const isSameReason = receipt.scores.unresolved === found.unresolved;
  if (off.length === 0 && isSameReason) return;
  const differences = off.map(
    ({ name, expected, found: value }) => `${name} is ${value}, the receipt has ${expected}`,
  );
  throw new CommandError(
    `these are not the scores of the receipt: ${[...differences, ...(isSameReason ? [] : [`unresolved is ${found.unresolved}, the receipt has ${receipt.scores.unresolved}`])].join('; ')}`,
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
