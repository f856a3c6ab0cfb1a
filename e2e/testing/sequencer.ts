import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Long ones first, and files on the two shared platforms in turns with those that need neither, so that seldom one waits for
 * another; `preflight` needs no board while the references of the demo are being made.
 */
const ORDER = [
  ...['starter-kit', 'network-submission', 'preflight', 'accessibility', 'curation', 'crashes', 'areas'],
  ...['map-viewer', 'products', 'main-job', 'board-views', 'browser-submission', 'start-command', 'people'],
];

/** The order of the browser tests; all others in the order that vitest gives them. */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => {
      const index = ORDER.indexOf(path.basename(moduleId, '.test.ts'));
      return moduleId.includes('/e2e/') && index >= 0 ? index : ORDER.length;
    };
    return sorted.sort((left, right) => place(left) - place(right));
  }
}
