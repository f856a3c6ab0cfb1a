/** Satellites as people write them: the slugs of our challenges, and the codes of the 2021a files. */
const NAMES: Record<string, string> = {
  'topex-poseidon-interleaved': 'TOPEX/Poseidon (interleaved)',
  jason1: 'Jason-1',
  geosat2: 'Geosat-2',
  envisat: 'Envisat',
  swot: 'SWOT',
  cryosat2: 'CryoSat-2',
  alg: 'SARAL/AltiKa (drifting)',
  h2g: 'HaiYang-2A (geodetic)',
  j2g: 'Jason-2 (geodetic)',
  j2n: 'Jason-2 (interleaved)',
  j3: 'Jason-3',
  s3a: 'Sentinel-3A',
  s3b: 'Sentinel-3B',
  c2: 'CryoSat-2',
};

export function satelliteName(id: string): string {
  return NAMES[id] ?? id;
}
