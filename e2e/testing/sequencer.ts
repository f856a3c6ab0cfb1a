import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest, on one core for most of its time: everything else runs beside it. */
const LONGEST = ['starter-kit'];
/** Journeys that need neither boards with references nor a free evaluator for networks, while both are being made. */
const UNDEMANDING = ['bad-input', 'people', 'browser-submission', 'keyboard', 'preflight', 'curation'];

/** The order of the browser tests; all others in the order that vitest gives them. */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const early = [...LONGEST, ...UNDEMANDING].map((name) => `${name}.test.ts`);
    const place = ({ moduleId }: TestSpecification): number => {
      const index = early.indexOf(path.basename(moduleId));
      return moduleId.includes('/e2e/') && index >= 0 ? index : early.length;
    };
    return sorted.sort((left, right) => place(left) - place(right));
  }
}
