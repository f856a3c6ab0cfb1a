import type { ChallengeView } from '@sillage/contracts';

/** Python that downloads the files one needs to make a reconstruction, checks their hashes and opens them with xarray. */
export function pythonSnippet(challenge: Pick<ChallengeView, 'id' | 'files'>, origin: string): string | null {
  const offered = challenge.files.filter((file) => file.url !== undefined);
  const wanted = ['observations', 'truth'].flatMap(
    (role) => offered.find((file) => file.role === role) ?? [],
  );
  if (wanted.length === 0) return null;
  const files = wanted.map((file) => `    "${file.path}": "${file.sha256}",`).join('\n');
  const opens = wanted
    .map((file) => `${file.role === 'truth' ? 'truth' : 'observations'} = xr.open_dataset("${file.path}")`)
    .join('\n');
  return `import hashlib, pathlib, urllib.request
import xarray as xr

base = "${origin}/api/challenges/${challenge.id}/files/"
files = {
${files}
}
for name, sha256 in files.items():
    if not pathlib.Path(name).exists():
        urllib.request.urlretrieve(base + name, name)
    assert hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest() == sha256, name

${opens}
print(${wanted[0]?.role === 'truth' ? 'truth' : 'observations'})
`;
}
