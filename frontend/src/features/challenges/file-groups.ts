import type { Area, DatasetFileView, FileRole, Scenario } from '@sillage/contracts';
import { ROLE_ORDER } from './python-snippet';

export type FileGroup = {
  area: Area;
  /** Of the public files of the area, each once: several scenarios may share one. */
  sizeBytes: number;
  count: number;
  /** Files that belong to the area whatever is observed, then those of each scenario, in the order of the challenge. */
  parts: { scenario: Scenario | null; files: DatasetFileView[] }[];
};

/** The files of a challenge by area and scenario, inputs before the truth. */
export function fileGroups(challenge: {
  areas: readonly Area[];
  scenarios: readonly Scenario[];
  files: readonly DatasetFileView[];
}): FileGroup[] {
  return challenge.areas.flatMap((area) => {
    const own = challenge.files
      .filter((file) => file.area === area.id)
      .sort((left, right) => ROLE_ORDER.indexOf(left.role) - ROLE_ORDER.indexOf(right.role));
    const parts = [null, ...challenge.scenarios].map((scenario) => ({
      scenario,
      files: own.filter((file) => file.scenario === scenario?.id),
    }));
    const distinct = distinctFiles(own);
    const sizeBytes = distinct.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0);
    const filled = parts.filter(({ files }) => files.length > 0);
    return own.length === 0 ? [] : [{ area, sizeBytes, count: distinct.length, parts: filled }];
  });
}

/** Every file once, although it may serve several tasks. */
export function distinctFiles<File extends { path: string }>(files: readonly File[]): File[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** The roles that files of scenarios have, as columns of a table whose rows are the scenarios. */
export function scenarioRoles(group: FileGroup): FileRole[] {
  return ROLE_ORDER.filter((role) =>
    group.parts.some(({ scenario, files }) => scenario !== null && files.some((file) => file.role === role)),
  );
}

/** The public files of an area for `sha256sum --check`. */
export function checksumList(group: FileGroup): string {
  const files = distinctFiles(group.parts.flatMap((part) => part.files));
  return files.flatMap(({ sha256, path }) => (sha256 === undefined ? [] : [`${sha256}  ${path}\n`])).join('');
}
