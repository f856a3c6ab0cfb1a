import fs from 'node:fs';
import path from 'node:path';
import { challengeDefinitionSchema } from '@sillage/contracts';
import { parse, stringify } from 'yaml';
import { ROOT } from './platform.js';

/**
 * The area of the board that visitors see first; its networks read OI that is computed under them. Those of the other areas take
 * minutes of processor time, and no journey looks at what they made.
 */
const NETWORKS_OF = 'gf';
/** The scenarios whose boards some journey reads; each further one is mapped, scored and drawn for nobody. */
const SCENARIOS_WITH_ROWS = ['nadir1', 'nadir4', 'swot1'];

/**
 * A copy of the shipped challenges, with all boards but fewer references. That all of them are registered as they are shipped,
 * and what is computed then, is tried in the backend (`shipped-challenges.medium.test.ts`).
 */
export function copyShippedChallenges(folder: string): void {
  fs.cpSync(path.join(ROOT, 'datasets'), folder, { recursive: true });
  const file = path.join(folder, 'demo-osse', 'challenge.yaml');
  const definition = challengeDefinitionSchema.parse(parse(fs.readFileSync(file, 'utf8')));
  const isElsewhere = (area: string) => area !== NETWORKS_OF;
  definition.references = definition.references
    .filter(({ compute, trainedOn = [] }) => compute?.method !== 'network' || !trainedOn.some(isElsewhere))
    .map((reference) => ({
      ...reference,
      scenarios: reference.scenarios?.filter((scenario) => SCENARIOS_WITH_ROWS.includes(scenario)),
    }))
    .filter(({ scenarios }) => scenarios?.length !== 0);
  definition.files = definition.files.filter(
    ({ role, area }) => !role.startsWith('network') || !isElsewhere(area),
  );
  fs.writeFileSync(file, stringify(definition, { aliasDuplicateObjects: false }));
}
