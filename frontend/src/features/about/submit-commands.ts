import type { ChallengeView } from '@sillage/contracts';

type Example = { origin: string; challenge: string; area: string; scenario: string };

export function cliCommands({ origin, challenge, area, scenario }: Example): string {
  return `export SILLAGE_URL=${origin}
export SILLAGE_TOKEN=sil_…        # from your account page

npx sillage inspect map.nc       # what the platform will read in it
npx sillage submit map.nc --challenge ${challenge} --area ${area} --scenario ${scenario} \\
    --name "My method" --inputs ssh-nadir --wait`;
}

/** A network: what it is, a manifest to fill in, and the submission; the area alone would enter all of its tasks. */
export function networkCommands({ challenge, area, scenario }: Omit<Example, 'origin'>): string {
  return `npx sillage checkpoint inspect net.ckpt --template > manifest.yaml   # then fill in the rest
npx sillage checkpoint inspect net.ckpt --manifest manifest.yaml     # each setting and what tells it
npx sillage submit net.ckpt --manifest manifest.yaml \\
    --challenge ${challenge} --area ${area} --scenario ${scenario} \\
    --name "My network" --inputs ssh-nadir --wait`;
}

/** Several tasks at once: one map cut to every area that it covers, and a set of maps. Null where there is one task. */
export function setCommands(challenge: Pick<ChallengeView, 'id' | 'tasks'>): string | null {
  const { id, tasks } = challenge;
  const [first, second] = tasks;
  if (first === undefined || second === undefined) return null;
  const lines: string[] = [];
  const areaCount = (scenario: string) => tasks.filter((task) => task.scenario === scenario).length;
  const wide = tasks.find((task) => areaCount(task.scenario) > 1);
  if (wide !== undefined) {
    lines.push(
      '# one basin map, cut to every area that it covers',
      `npx sillage submit basin.nc --challenge ${id} --scenario ${wide.scenario} --all-areas \\`,
      '    --name "My method" --inputs ssh-nadir --wait',
      '',
    );
  }
  const map = (task: { area: string; scenario: string }) =>
    `--map ${task.area}:${task.scenario}=map-${task.area}-${task.scenario}.nc`;
  lines.push(
    '# several maps of one method: all of them are taken, or none',
    `npx sillage submit --challenge ${id} \\`,
    `    ${map(first)} \\`,
    `    ${map(second)} \\`,
    '    --name "My method" --inputs ssh-nadir --wait',
  );
  return lines.join('\n');
}

/** Box and period belong to the command: a truth may hold more than is scored. Null where the truth is withheld. */
export function localScoreCommand(challenge: ChallengeView, area: string): string | null {
  const truth = challenge.files.find((file) => file.role === 'truth' && file.area === area);
  const box = challenge.areas.find((candidate) => candidate.id === area)?.scoredBox;
  if (truth?.url === undefined || box === undefined) return null;
  const { start, end } = challenge.periods.evaluation;
  const variable = truth.variable === undefined ? '' : ` --reference-variable ${truth.variable}`;
  return `npx sillage challenge download ${challenge.id}
npx sillage score --reference ${challenge.id}/${truth.path}${variable} \\
    --reconstruction map.nc --protocol ${challenge.protocol} \\
    --box=${box.west},${box.east},${box.south},${box.north} --start ${start} --end ${end}`;
}

/** Python with nothing but the standard library: two requests to send the file, one to enter it. */
export function pythonProgram({ origin, challenge, area, scenario }: Example): string {
  return `import base64, json, os, time
from urllib.parse import urljoin
from urllib.request import Request, urlopen

BASE = "${origin}"
TOKEN = os.environ["SILLAGE_TOKEN"]  # from your account page
PATH = "map.nc"

def call(method, address, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers["Authorization"] = f"Bearer {TOKEN}"
    request = Request(urljoin(BASE, address), data=body, headers=headers, method=method)
    return urlopen(request)

size = os.path.getsize(PATH)
name = base64.b64encode(os.path.basename(PATH).encode()).decode()
upload = call("POST", "/api/uploads", Tus_Resumable="1.0.0",
              Upload_Length=str(size),
              Upload_Metadata=f"filename {name}").headers["Location"]
offset = 0
with open(PATH, "rb") as file:
    while offset < size:
        call("PATCH", upload, file.read(8 * 2**20), Tus_Resumable="1.0.0",
             Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")
        offset = file.tell()

submission = json.load(call("POST", "/api/submissions", json.dumps({
    "challenge": "${challenge}",
    "tasks": [{"area": "${area}", "scenario": "${scenario}"}],
    "uploadId": upload.rstrip("/").split("/")[-1],
    "card": {"name": "My method", "inputs": ["ssh-nadir"]},
}).encode(), Content_Type="application/json"))

while True:
    submission = json.load(call("GET", f"/api/submissions/{submission['id']}"))
    evaluation = submission["evaluations"][0]
    if evaluation["state"] not in ("queued", "running"):
        break
    time.sleep(1)
print(evaluation["state"], evaluation["scores"] or evaluation["rejection"])
`;
}
