import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Box, RejectionReason } from '@sillage/contracts';
import { floatingWeights, MANIFEST_METADATA, uploadedWeights, writeSafetensors } from '@sillage/fourdvarnet';
import { RejectionError } from '@sillage/pipeline';
import { checkNetwork, DEFAULT_NETWORK_LIMITS } from '@sillage/pipeline/predict';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobByteSource } from '../../../../lib/files/blob-byte-source';
import { manifestToSend, type NetworkLook } from '../network-look';
import { lookAtNetwork, openNetwork } from './look-at-network';

const ROOT = new URL('../../../../../../', import.meta.url).pathname;
const DEMO = join(ROOT, 'datasets/demo-osse');
const GOLDEN = join(ROOT, '../shared/golden/fourdvarnet/ckpt_formats');
const goldenFiles = existsSync(GOLDEN) ? readdirSync(GOLDEN).filter((name) => /\.(pt|ckpt)$/.test(name)) : [];

const PERIOD = { start: '2012-10-22', end: '2012-11-02' };
const AREAS = ['gf', 'osmosis', 'natl'];
const weightsOf = (area: string) => join(DEMO, `4dvarnet-${area}.pt`);
const manifestOf = (area: string) => readFileSync(join(DEMO, `4dvarnet-${area}.yaml`), 'utf8');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-network-look-'));
  writeFileSync(join(folder, 'half.pt'), readFileSync(weightsOf('gf')).subarray(0, 200_000));
  writeFileSync(join(folder, 'words.ckpt'), 'these are my weights\n');
  writeFileSync(join(folder, 'empty.ckpt'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function saidByServer(
  path: string,
  manifestText: string | null,
  boxes: readonly Box[] = [],
): Promise<RejectionReason | null> {
  try {
    await checkNetwork({
      checkpointPath: path,
      fileName: basename(path),
      manifestText,
      networkPath: join(folder, 'network'),
      tasks: boxes.map((scoredBox) => ({ area: 'gf', scenario: 'control', scoredBox, period: PERIOD })),
    });
    return null;
  } catch (error) {
    if (error instanceof RejectionError) return error.reason;
    throw error;
  }
}

/** A file as a worker has it: FileReaderSync over bytes in memory. */
function lookAt(path: string, manifestText: string, boxes: readonly Box[] = []): NetworkLook {
  const bytes = readFileSync(path);
  const slice = (from: number, to: number) => ({ from, to }) as unknown as Blob;
  const source = blobByteSource(
    { size: bytes.length, slice } as Blob,
    {
      readAsArrayBuffer: (blob) => {
        const { from, to } = blob as unknown as { from: number; to: number };
        return Uint8Array.from(bytes.subarray(from, to)).buffer;
      },
    },
    (found) => new Error(found),
  );
  return lookAtNetwork(openNetwork(source, basename(path)), { manifestText, boxes }, basename(path));
}

describe('a look at a network in the browser', () => {
  test.each(AREAS)('finds that the manifest of %s fits its weights, as the server does', async (area) => {
    const look = lookAt(weightsOf(area), manifestOf(area));
    expect(look.rejection).toBeNull();
    expect(await saidByServer(weightsOf(area), manifestOf(area))).toBeNull();
    expect(look.facts).toMatchObject({ days: 15, missing: [], hasManifest: true });
    expect(look.facts?.settings.find(({ key }) => key === 'spacing_deg')?.from).toBe('the manifest');
  });

  const gf = manifestOf('gf');
  const manifests = {
    'of another network': manifestOf('osmosis'),
    'with an unknown key': `${gf}n_stepp: 3\n`,
    'with a wrong value where another is missing': gf
      .replace(/^spacing_deg:.*$/m, 'spacing_deg: ???')
      .replace(/^n_step:.*$/m, 'n_step: many'),
    'with a crop that leaves nothing of a patch': gf.replace(/crop: \{.*?\}/, 'crop: {lat: 100, lon: 100}'),
    'with a wrong value': gf.replace(/^n_step:.*$/m, 'n_step: many'),
    'with other days': gf.replace(/^patch:\s*\{\s*time: 15/m, 'patch: {time: 9'),
    'that is a list': '- n_step: 3\n',
    'that is no YAML': 'n_step: [3\n',
    'of an ONNX file': 'architecture: onnx\n',
  };
  test.each(Object.entries(manifests))('says of a manifest %s what the server says', async (_, text) => {
    const { rejection, facts } = lookAt(weightsOf('gf'), text);
    expect(rejection).not.toBeNull();
    expect(rejection).toEqual(await saidByServer(weightsOf('gf'), text));
    expect(facts?.parameterCount).toBe(112_926);
  });

  test('names a wrong value beside a key that is missing', () => {
    const { rejection } = lookAt(weightsOf('gf'), manifests['with a wrong value where another is missing']);
    expect(rejection?.found).toContain('n_step: "many"');
    expect(rejection?.found).toContain('no spacing_deg');
  });

  test('refuses strides that leave gaps on a box that takes several patches, as the server does', async () => {
    const text = gf.replace(/^strides:.*$/m, 'strides: {time: 1, lat: 51, lon: 51}');
    const [small, large] = [1, 20].map((side) => ({
      south: 30,
      north: 30 + side,
      west: -60,
      east: -60 + side,
    }));
    expect(lookAt(weightsOf('gf'), text, [small!]).rejection).toBeNull();
    const { rejection } = lookAt(weightsOf('gf'), text, [small!, large!]);
    expect(rejection?.found).toContain('strides of 51 leave gaps');
    expect(rejection).toEqual(await saidByServer(weightsOf('gf'), text, [small!, large!]));
  });

  test('refuses more parameters than the platform takes', () => {
    const opened = openNetwork(readFileSync(weightsOf('gf')), 'gf.pt');
    if ('refused' in opened) throw new Error('the weights of the demo were refused');
    const network = { ...opened.network, parameterCount: DEFAULT_NETWORK_LIMITS.maxParameters + 1 };
    const { rejection } = lookAtNetwork({ ...opened, network }, { manifestText: gf, boxes: [] }, 'gf.pt');
    expect(rejection).toMatchObject({ code: 'network-too-large', found: '50000001 parameters' });
  });

  test('lists what a manifest leaves open, the server too', async () => {
    const text = gf.replace(/^spacing_deg:.*$/m, 'spacing_deg: ???').replace(/^n_step:.*$/m, '');
    const { rejection, facts, template } = lookAt(weightsOf('gf'), text);
    expect(rejection).toBeNull();
    expect(facts?.missing.map(({ key }) => key)).toEqual(['n_step', 'spacing_deg']);
    expect((await saidByServer(weightsOf('gf'), text))?.where).toBe(
      "the manifest, keys 'n_step', 'spacing_deg'",
    );
    expect(template).toMatch(/^architecture: starter-multimodal /m);
  });

  test('takes the manifest that lies in a safetensors file, and sends none where none is written', async () => {
    const path = join(folder, 'carried.safetensors');
    const upload = uploadedWeights(readFileSync(weightsOf('gf')));
    writeFileSync(path, writeSafetensors(floatingWeights(upload.checkpoint), { [MANIFEST_METADATA]: gf }));
    const look = lookAt(path, ' ');
    expect(look).toMatchObject({ rejection: null, facts: { hasManifest: true, missing: [] } });
    expect(look.ownTemplate).toMatch(/^spacing_deg: 0\.2 /m);
    expect(manifestToSend(' ', look)).toBeNull();
    expect(manifestToSend(gf, look)).toBe(gf);
    expect(manifestToSend('', lookAt(weightsOf('gf'), ''))).toBe('');
    expect(await saidByServer(path, null)).toBeNull();
  });

  test('begins a manifest where there is none', () => {
    const { facts, template } = lookAt(weightsOf('gf'), ' \n');
    expect(facts).toMatchObject({ hasManifest: false, architecture: 'starter-multimodal' });
    expect(facts?.missing.map(({ key }) => key)).toContain('n_step');
    expect(template).toMatch(/^# n_step: +# steps of the solver/m);
    expect(lookAt(weightsOf('gf'), template ?? '').facts?.hasManifest).toBe(true);
  });

  test.each(['half.pt', 'words.ckpt', 'empty.ckpt'])('says of %s what the server says', async (name) => {
    const path = join(folder, name);
    const { rejection, facts } = lookAt(path, gf);
    expect(facts).toBeNull();
    expect(rejection).not.toBeNull();
    expect(rejection).toEqual(await saidByServer(path, gf));
  });

  test.skipIf(goldenFiles.length === 0).each(goldenFiles)(
    'says of %s what the server says (../shared is needed)',
    async (name) => {
      const path = join(GOLDEN, name);
      expect(lookAt(path, gf).rejection).toEqual(await saidByServer(path, gf));
    },
  );
});
