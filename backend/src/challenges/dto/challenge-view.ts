import type { ChallengeRules, ChallengeSummary, ChallengeView } from '@sillage/contracts';
import type { Challenge, StoredDatasetFile } from '../challenges.service.js';
import { withheldPaths } from '../../disclosure/domain/disclosure.js';
import { headlineTask } from '../domain/headline-task.js';
import { isInstalled } from '../domain/installation.js';

export function toChallengeSummary({ definition, ...challenge }: Challenge): ChallengeSummary {
  return {
    id: definition.id,
    name: definition.name,
    summary: definition.summary,
    synthetic: definition.synthetic,
    protocol: definition.protocol,
    disclosure: challenge.disclosure,
    datasetVersion: definition.datasetVersion,
    tasks: definition.tasks,
    headline: headlineTask(definition),
    areaNames: definition.areas.map(({ name }) => name),
    scenarioNames: definition.scenarios.map(({ name }) => name),
    isInstalled: isInstalled(definition),
    entryCount: challenge.entryCount,
    createdAt: challenge.createdAt.toISOString(),
  };
}

export function toChallengeView(
  challenge: Challenge,
  files: StoredDatasetFile[],
  rules: ChallengeRules,
): ChallengeView {
  const { definition } = challenge;
  const withheld = withheldPaths(files, challenge.disclosure);
  return {
    id: definition.id,
    name: definition.name,
    summary: definition.summary,
    description: definition.description,
    synthetic: definition.synthetic,
    licence: definition.licence,
    citation: definition.citation,
    protocol: definition.protocol,
    disclosure: challenge.disclosure,
    datasetVersion: definition.datasetVersion,
    periods: definition.periods,
    areas: definition.areas,
    scenarios: definition.scenarios,
    tasks: definition.tasks,
    headline: headlineTask(definition),
    files: files.map((file) => ({
      role: file.role,
      area: file.area,
      ...(file.scenario === null ? {} : { scenario: file.scenario }),
      path: file.path,
      ...(file.variable === null ? {} : { variable: file.variable }),
      description: file.description,
      ...(withheld.has(file.path)
        ? {}
        : {
            sha256: file.sha256,
            sizeBytes: file.sizeBytes,
            url: `/api/challenges/${definition.id}/files/${file.path}`,
          }),
    })),
    published: definition.published,
    expectedFiles: definition.expectedFiles,
    rules,
    isInstalled: isInstalled(definition),
    entryCount: challenge.entryCount,
    createdAt: challenge.createdAt.toISOString(),
  };
}
