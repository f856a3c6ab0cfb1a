import {
  manifestSettings,
  parseYamlMapping,
  readManifestText,
  templateFor,
  uploadedWeights,
} from '@sillage/fourdvarnet';
import { isTagged, keptSeeds, repositorySeed } from './corpus.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { changedText, pick } from './mutations.ts';

const SCRAPS = [
  ...[
    '~',
    'null',
    '???',
    '.inf',
    '-.nan',
    '1e999',
    '-1',
    '0x10',
    '0o17',
    '2012-10-22',
    'yes',
    "''",
    '"',
    "'",
  ],
  ...['&a ', '*a', '<<: *a', '&a [*a]', '!!js/function ', '!!binary ', '!!set ', '!!omap ', '? ', ': ', '- '],
  ...[
    '[',
    ']',
    '{',
    '}',
    '[[[[',
    '{a: ',
    '|',
    '>',
    '|2-',
    '#',
    '%YAML 1.1\n',
    '---\n',
    '...\n',
    '\n',
    '\t',
    ',',
  ],
  ...[
    '__proto__: ',
    'constructor: ',
    'toString: 1',
    '${model}',
    '${..a}',
    '_target_: os.system',
    'sillage: ',
  ],
  ...['\u{feff}', '\u2028', '\0', '\\', '\\u0000', '@', '`', 'architecture: core\n', 'architecture: onnx\n'],
];

/** Manifests and hydra configurations, the way that the check, the shell and the browser read them. */
export function manifestsTarget(): FuzzTarget {
  const demo = ['gf', 'osmosis', 'natl'].map((area) =>
    repositorySeed(`datasets/demo-osse/4dvarnet-${area}.yaml`),
  );
  const seeds = [...demo, ...keptSeeds('manifests')];
  const upload = uploadedWeights(repositorySeed('datasets/demo-osse/4dvarnet-gf.pt').bytes);
  const { network } = upload;
  return {
    name: 'manifests',
    seeds,
    mutate: (random) => changedText(pick(seeds, random), random, SCRAPS),
    run: async ({ bytes }) => {
      const text = new TextDecoder().decode(bytes);
      if (!isRead(() => parseYamlMapping(text, 'the text'))) return 'refused';
      isRead(() => manifestSettings(network, {}, text));
      isRead(() => templateFor(upload, text));
      return isRead(() => readManifestText(text, { architecture: network.architecture }))
        ? 'read'
        : 'refused';
    },
  };
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (isTagged(error, 'ManifestError')) return false;
    throw error;
  }
}
