import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { submissionViewSchema, type SubmissionView } from '@sillage/contracts';
import { GraphBuilder, onnxModel, writeSafetensors, type WeightMap } from '@sillage/fourdvarnet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAMILY_WEIGHTS, REFUSED_WEIGHTS } from './testing/family-weights.js';
import { writeGulfChallenge } from './testing/gulf-challenge.js';
import { startRealPlatform, type RealPlatform } from './testing/real-platform.js';
import { runSillage, type Run } from './testing/run-sillage.js';
import { writeGulfMap } from './testing/sample-maps.js';

const CHALLENGE = 'gulf-checked';
const PATCHES = `normalisation: {mean: 0.3, std: 0.2}
patch: {time: 5, lat: 24, lon: 24}
strides: {time: 1, lat: 16, lon: 16}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 4, lon: 4}}
batch_size: 4
spacing_deg: 0.25
`;
const MANIFEST = `architecture: cnn-solver\nn_step: 3\nlr_grad: 1\nbilin_quad: false\n${PATCHES}`;
const CORE = `architecture: core\naug_state: false\nn_grad: 1\nn_fourdvar_iter: 2\n${PATCHES}`;
const ONNX = `architecture: onnx\ninputs: {x: [observations]}\noutput: {name: y, quantity: ssh}\n${PATCHES}`;

let home = '';
let platform: RealPlatform;
let token = '';
const file = (name: string): string => join(home, name);

const sillage = (...parameters: string[]): Promise<Run> =>
  runSillage(parameters, { env: { HOME: home, SILLAGE_URL: platform.url, SILLAGE_TOKEN: token }, cwd: home });
const submit = (name: string, ...more: string[]): Promise<Run> =>
  sillage('submit', name, '--challenge', CHALLENGE, '--name', 'N', '--inputs', 'ssh-nadir', ...more);
const AT_GF = ['--area', 'gf', '--scenario', 'nadir4'];
/** What lies in the folder of uploads: a name for each that was ever begun. */
const uploads = (): string[] => readdirSync(platform.uploadFolder).sort();

function withFirstValue(weights: WeightMap, name: string, value: number): WeightMap {
  const tensor = weights.get(name)!;
  return new Map([...weights, [name, { shape: tensor.shape, data: tensor.data.with(0, value) }]]);
}

/** What torch.save wrote before its files were archives, with a call of os.system where the weights should be. */
function checkpointWithCode(): Buffer {
  const pickles = [
    '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19', // the magic number
    'M\xe9\x03', // protocol 1001
    '}X\x0d\x00\x00\x00little_endian\x88s', // the machine that wrote it
    'cposix\nsystem\nX\x04\x00\x00\x00true\x85R',
    ']',
  ];
  return Buffer.from(pickles.map((pickle) => `\x80\x02${pickle}.`).join(''), 'latin1');
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sillage-cli-'));
  const sound = FAMILY_WEIGHTS['cnn-solver']();
  writeFileSync(file('sound.ckpt'), writeSafetensors(sound));
  writeFileSync(file('core.ckpt'), writeSafetensors(FAMILY_WEIGHTS.core()));
  writeFileSync(file('multi-prior.ckpt'), writeSafetensors(REFUSED_WEIGHTS.MultiPrior()));
  writeFileSync(
    file('nan.ckpt'),
    writeSafetensors(withFirstValue(sound, 'grad_mod.conv_in.weight', Number.NaN)),
  );
  const narrow = { shape: [3, 4, 3, 3], data: new Float32Array(108) };
  writeFileSync(
    file('narrow.ckpt'),
    writeSafetensors(new Map([...sound, ['prior_cost.conv_hidden.weight', narrow]])),
  );
  writeFileSync(file('code.ckpt'), checkpointWithCode());
  const g = new GraphBuilder();
  writeFileSync(file('copy.onnx'), onnxModel(g.build({ y: g.scale(g.input('x', [4, 5, 24, 24]), 1) })));
  await writeGulfMap(file('map.nc'));
  await writeGulfMap(file('short.nc'), { dayCount: 40 });
  await writeGulfMap(file('furlongs.nc'), { units: 'furlongs' });
  platform = await startRealPlatform();
  ({ token } = await platform.signUp('Ada'));
  const folder = writeGulfChallenge(home, CHALLENGE, { hasObservations: true });
  const registered = await runSillage(['challenge', 'register', folder], {
    env: { HOME: home, SILLAGE_URL: platform.url, SILLAGE_TOKEN: platform.organiserToken },
  });
  expect(registered).toMatchObject({ status: 0 });
  platform.startEvaluator();
});
afterAll(async () => {
  await platform?.stop();
  rmSync(home, { recursive: true, force: true });
});

describe('sillage submit looks at the file before a byte of it is sent', () => {
  test.each([
    { name: 'an unknown architecture', file: 'multi-prior.ckpt', found: /several priors/ },
    { isLocal: true, name: 'sizes that contradict each other', file: 'narrow.ckpt', found: /conv_hidden/ },
    { name: 'weights that are no numbers', file: 'nan.ckpt', found: /NaN/ },
    { name: 'a pickle with code', file: 'code.ckpt', found: /posix.system/ },
    { isLocal: true, name: 'no manifest', file: 'sound.ckpt', manifest: null, found: /without a manifest/ },
    {
      isLocal: true,
      name: 'a missing key',
      file: 'core.ckpt',
      manifest: CORE.replace('n_grad: 1\n', ''),
      found: /no n_grad/,
    },
    {
      name: 'other days',
      file: 'sound.ckpt',
      manifest: MANIFEST.replace('time: 5', 'time: 7'),
      found: /works on 5/,
    },
    {
      name: 'a field that the task has not',
      file: 'core.ckpt',
      manifest: CORE,
      found: /optimal interpolation/,
    },
    {
      name: 'an ONNX contract of another shape',
      file: 'copy.onnx',
      manifest: ONNX.replace('lat: 24', 'lat: 20'),
      found: /\[4, 5, 24, 24\]/,
    },
    { name: 'a map that ends early', file: 'short.nc', manifest: null, found: /no map on 2 of 42 days/ },
    {
      isLocal: true,
      name: 'units that are no length',
      file: 'furlongs.nc',
      manifest: null,
      found: /furlongs/,
    },
  ])(
    '$name, in the words of the platform',
    async ({ file: name, manifest = MANIFEST, found, isLocal = false }) => {
      const before = uploads();
      const parameters = [name, ...AT_GF];
      if (manifest !== null) {
        writeFileSync(file('manifest.yaml'), manifest);
        parameters.push('--manifest', file('manifest.yaml'));
      }
      const [path = '', ...rest] = parameters;
      const refused = await submit(path, ...rest);
      expect(refused).toMatchObject({ status: 1, stdout: '' });
      const [, reason = ''] =
        /^sillage: the platform would reject this, so nothing was uploaded: (.+) \(--no-check uploads it all the same\)\n$/.exec(
          refused.stderr,
        ) ?? [];
      expect(reason, refused.stderr).toMatch(found);
      expect(uploads()).toEqual(before);

      if (isLocal) return; // the words are compared where a file of the same kind is sent
      const sent = await submit(path, ...rest, '--no-check', '--wait');
      expect(sent.status).toBe(1);
      expect(sent.stderr.trim().split('\n').at(-1)).toBe(`sillage: gf × nadir4 was rejected: ${reason}`);
    },
  );

  test('several maps: every fault at once, and no part of the set is sent', async () => {
    const before = uploads();
    const set = ['gf:nadir4=map.nc', 'gf:swot1=short.nc'].flatMap((map) => ['--map', map]);
    const refused = await sillage(
      ...['submit', ...set, '--challenge', CHALLENGE, '--name', 'Set', '--inputs', 'ssh-nadir'],
    );
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^sillage: .*short\.nc, area 'gf': no map on 2 of 42 days.*\n$/);
    expect(uploads()).toEqual(before);
  });

  test('a network that is sound reaches the platform, after what it reads, costs and maps was said', async () => {
    writeFileSync(file('manifest.yaml'), MANIFEST.replace('normalisation', 'background: oi\nnormalisation'));
    const run = await submit('sound.ckpt', '--manifest', 'manifest.yaml', '--all-tasks', '--json');
    expect(run).toMatchObject({ status: 0 });
    const lines = run.stderr.trim().split('\n');
    expect(lines).toEqual([
      'sound.ckpt: cnn-solver network, 1,503 parameters (safetensors)',
      'reads      observations of the task',
      expect.stringMatching(/^ {11}OI, which the platform computes from these observations/),
      expect.stringMatching(/^costs {6}0\.0\d+ GFLOP a patch, [\d.]+ [kM]B for a batch at most$/),
      expect.stringMatching(/^maps {7}gf × nadir4 in \d+ patches$/),
      expect.stringMatching(
        /^note: gf × swot1 will be rejected: The task does not have what the network needs\. .*no observations/,
      ),
      expect.stringMatching(/^sound\.ckpt: .* uploaded, SHA-256 /),
    ]);
    const sent = submissionViewSchema.parse(JSON.parse(run.stdout));
    const summary = async (): Promise<unknown> => (await stateOf(sent.id)).network?.summary ?? null;
    await expect
      .poll(summary, { timeout: 30_000 })
      .toMatchObject({ architecture: 'cnn-solver', computesOi: true });
    const swot = (await stateOf(sent.id)).evaluations.find(({ scenario }) => scenario === 'swot1');
    expect(swot?.rejection?.code).toBe('inputs-missing');
  });

  test('a map that is sound reaches the platform', async () => {
    const run = await submit('map.nc', ...AT_GF);
    expect(run.stderr).toMatch(/^map\.nc: covers gf × nadir4\nmap\.nc: .* uploaded, SHA-256 /);
    expect(run.status).toBe(0);
  });

  test('neither a missing file nor a folder is taken for a bad one', async () => {
    const before = uploads();
    writeFileSync(file('manifest.yaml'), MANIFEST);
    expect(await submit('nowhere.nc', ...AT_GF)).toMatchObject({
      status: 1,
      stderr: 'sillage: nowhere.nc: no such file or folder\n',
    });
    expect(await submit('nowhere.ckpt', '--manifest', file('manifest.yaml'), ...AT_GF)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/nowhere\.ckpt: no such file or folder\n$/),
    });
    for (const name of ['folder.nc', 'folder.ckpt']) {
      mkdirSync(file(name));
      const more = name.endsWith('ckpt') ? ['--manifest', file('manifest.yaml')] : [];
      expect(await submit(name, ...more, ...AT_GF), name).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(
          `^sillage: ${name} is a folder with no map or network in it; needed: one file`,
        ),
      });
    }
    expect(uploads()).toEqual(before);
  });
});

async function stateOf(id: string): Promise<SubmissionView> {
  return submissionViewSchema.parse(JSON.parse((await sillage('status', id, '--json')).stdout));
}
