import type { ChallengeView, FileRole } from '@sillage/contracts';

const ROLE_COMMENTS: Partial<Record<FileRole, string>> = {
  observations: 'nadir tracks',
  'swath-observations': 'KaRIn swaths',
  'gridded-observations': 'the same as daily maps with gaps',
  sst: 'sea surface temperature',
  mask: '1 ocean, 0 land',
  oi: 'optimal interpolation, the baseline',
  reconstruction: 'maps of another reference',
  truth: 'for looking at scores, not for fitting',
  'evaluation-track': 'the withheld altimeter: not for fitting',
};
const LINE_LENGTH = 76;

export const ROLE_ORDER: readonly FileRole[] = [
  'observations',
  'swath-observations',
  'gridded-observations',
  'sst',
  'mask',
  'oi',
  'truth',
  'evaluation-track',
  'reconstruction',
  'network',
  'network-manifest',
];

/**
 * Python that downloads the files of one task, checks their hashes and opens them with xarray. The list of files comes
 * from the API, so that the two words at the top choose the task.
 */
export function pythonSnippet(
  challenge: Pick<ChallengeView, 'id' | 'tasks' | 'headline' | 'areas' | 'scenarios' | 'files'>,
  origin: string,
): string | null {
  const offered = challenge.files.filter((file) => file.url !== undefined);
  if (offered.length === 0) return null;
  const { tasks, headline } = challenge;
  const task =
    [headline, ...tasks].find((item) => offered.some((file) => file.scenario === item.scenario)) ?? headline;
  const hasNetworks = offered.some((file) => file.role === 'network');
  const roles = ROLE_ORDER.filter(
    (role) => !role.startsWith('network') && offered.some((file) => file.role === role),
  );
  const comments = roles.map((role) => `#   ${role}: ${ROLE_COMMENTS[role] ?? ''}`).join('\n');
  return `import hashlib, json, pathlib
from urllib.parse import urljoin
from urllib.request import urlopen, urlretrieve
import xarray as xr

base = "${origin}"
${choice('area', task.area, challenge.areas)}
${choice('scenario', task.scenario, challenge.scenarios)}

challenge = json.load(urlopen(base + "/api/challenges/${challenge.id}"))
data = {}
for file in challenge["files"]:
    if file["area"] != area or file.get("scenario", scenario) != scenario or "url" not in file:
        continue${hasNetworks ? '\n    if file["role"].startswith("network"):\n        continue' : ''}
    path = pathlib.Path(file["path"])
    if not path.exists():
        urlretrieve(urljoin(base, file["url"]), path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"], path
    data.setdefault(file["role"], []).append(xr.open_dataset(path))

# What is in data, a list for each kind since a task may have several files of it:
${comments}
print(*data["${roles[0]}"], sep="\\n")
`;
}

/** A choice in one word, and what else may be chosen in lines that fit on a page. */
function choice(name: string, value: string, options: readonly { id: string }[]): string {
  const lines = [`# ${name}:`];
  for (const { id } of options) {
    const last = lines.at(-1)!;
    if (last.length + id.length + 1 > LINE_LENGTH) lines.push(`#   ${id}`);
    else lines[lines.length - 1] = `${last} ${id}`;
  }
  return [...(options.length > 1 ? lines : []), `${name} = "${value}"`].join('\n');
}
