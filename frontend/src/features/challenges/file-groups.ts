import type { Area, DatasetFileView, Scenario } from '@sillage/contracts';
import { ROLE_ORDER } from './python-snippet';

export type FileGroup = {
  area: Area;
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
    const sizeBytes = own.reduce((sum, file) => sum + file.sizeBytes, 0);
    const filled = parts.filter(({ files }) => files.length > 0);
    return own.length === 0 ? [] : [{ area, sizeBytes, count: own.length, parts: filled }];
  });
}
