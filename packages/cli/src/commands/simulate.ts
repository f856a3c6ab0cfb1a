import { simulateObservations } from '@sillage/pipeline';
import { parsePeriod } from '../areas.js';
import { print } from '../terminal/output.js';
import { createProgressLine } from '../terminal/progress-line.js';
import { requireFolderOf } from './output-folder.js';

export type SimulateOptions = {
  truth: string;
  truthVariable?: string;
  scenario: string;
  start?: string;
  end?: string;
  out: string;
};

export async function simulate(options: SimulateOptions): Promise<void> {
  requireFolderOf(options.out);
  const progress = createProgressLine();
  try {
    const result = await simulateObservations({
      truthPath: options.truth,
      truthVariable: options.truthVariable ?? null,
      scenario: options.scenario,
      period: parsePeriod(options),
      outputPath: options.out,
      now: new Date(),
      onProgress: progress.update,
    });
    progress.clear();
    print(`${result.outputPath}: ${result.observationCount} observations of ${result.satellites.join(', ')}`);
  } finally {
    progress.clear();
  }
}
