import { checkedUploadRequest } from '@sillage/backend/upload-request';
import { Metadata } from '@tus/server';
import { isTagged, keptSeeds } from './corpus.ts';
import type { FuzzTarget, Seed } from './fuzz-target.ts';
import { changedText, pick, type Random } from './mutations.ts';

const MAX_BYTES = 2 ** 31;
const FORBIDDEN = /[/\\\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const SCRAPS = [
  ...[
    ',',
    ' ',
    '=',
    '====',
    '  ',
    ',,',
    'filename',
    'sha256',
    '__proto__',
    'constructor',
    'toString',
    'YQ==',
  ],
  ...['é', '\t', '\u00a0', '-', '+/', 'Li4vLi4vZXRj', 'AAAA', '77+9', '4oCu', '8J+YgA=='],
];

/** `Upload-Metadata` as the tus library and the service take it. */
export function tusMetadataTarget(): FuzzTarget {
  const seeds = [...ownSeeds(), ...keptSeeds('tus-metadata')];
  return {
    name: 'tus-metadata',
    seeds,
    mutate: (random) =>
      random(3) === 0
        ? { seed: seeds[0]!, kind: 'values', bytes: new TextEncoder().encode(randomValues(random)) }
        : changedText(pick(seeds, random), random, SCRAPS),
    run: async ({ bytes }) => {
      const metadata = parsed(new TextDecoder('latin1').decode(bytes));
      if (metadata === null) return 'refused';
      const { filename = null, sha256 = null } = metadata;
      try {
        const request = checkedUploadRequest({ fileName: filename, sizeBytes: 10, sha256 }, MAX_BYTES);
        requireName(request.fileName);
        // what a HEAD request is answered with
        Metadata.stringify(metadata);
        return 'read';
      } catch (error) {
        if (isTagged(error, 'domain-error')) return 'refused';
        throw error;
      }
    },
  };
}

/** The library throws for every header that is malformed, and answers 400. */
function parsed(header: string): Record<string, string | null> | null {
  try {
    return Metadata.parse(header);
  } catch (error) {
    if (error instanceof Error && error.message === 'Metadata string is not valid') return null;
    throw error;
  }
}

function requireName(name: string): void {
  if (name === '' || name.length > 255 || FORBIDDEN.test(name) || !name.isWellFormed())
    throw new Error(`a file is called ${JSON.stringify(name.slice(0, 300))}`);
}

/** Keys that are allowed, with values of any bytes. */
function randomValues(random: Random): string {
  const text = (): string =>
    String.fromCodePoint(
      ...Array.from({ length: random(random(8) === 0 ? 400 : 40) }, () =>
        pick(
          [random(32), 0x20 + random(95), 0x2020 + random(80), 0xd7ff - random(9), 0x1f600 + random(80)],
          random,
        ),
      ),
    );
  return ['filename', 'sha256', 'filetype', 'note']
    .slice(0, 1 + random(4))
    .map((key) => `${key} ${Buffer.from(text()).toString('base64')}`)
    .join(',');
}

function ownSeeds(): Seed[] {
  const encode = (value: string): string => Buffer.from(value).toString('base64');
  const headers = {
    'usual.txt': `filename ${encode('map of gf.nc')},filetype ${encode('application/x-netcdf')}`,
    'hashed.txt': `filename ${encode('réseau.pt')},sha256 ${encode('0'.repeat(64))}`,
    'path.txt': `filename ${encode('../../etc/passwd')},is_private`,
  };
  return Object.entries(headers).map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) }));
}
