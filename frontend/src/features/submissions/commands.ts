import type { EvaluationView } from '@sillage/contracts';

/** What one types to get the numbers and files of this page at a shell. */
export function shellCommands(
  submissionId: string,
  { area, scenario }: Pick<EvaluationView, 'area' | 'scenario'>,
  origin: string,
): string {
  const task = `--area ${area} --scenario ${scenario}`;
  return `export SILLAGE_URL=${origin}
npx sillage status ${submissionId}
npx sillage download ${submissionId} ${task}
npx sillage download ${submissionId} ${task} --artefact receipt.json
npx sillage verify receipt.json`;
}

/** Python that opens the scored file, or the curves where only these are offered. */
export function pythonCommands(evaluation: EvaluationView, origin: string): string | null {
  const address = (name: string) => evaluation.artefacts.find((item) => item.name === name)?.url ?? null;
  const scored = address('scored.nc');
  const diagnostics = address('diagnostics.json');
  if (scored === null && diagnostics === null) return null;
  const lines = ['import json', 'from urllib.request import urlopen, urlretrieve'];
  if (scored !== null) {
    lines.push(
      'import xarray as xr',
      '',
      `base = "${origin}"`,
      `path = "${scored}"`,
      'urlretrieve(base + path, "scored.nc")',
      'scored = xr.open_dataset("scored.nc")',
      'print(scored)',
    );
  }
  if (diagnostics !== null) {
    lines.push(
      '',
      ...(scored === null ? [`base = "${origin}"`] : []),
      `path = "${diagnostics}"`,
      'with urlopen(base + path) as reply:',
      '    curves = json.load(reply)',
      'print(curves["daily"]["rmseScore"])',
    );
  }
  return `${lines.join('\n')}\n`;
}
