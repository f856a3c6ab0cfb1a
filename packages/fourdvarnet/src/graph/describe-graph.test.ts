import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../families/builders.js';
import { lstmShapes, priorShapes, randomWeights } from '../testing/random-weights.js';
import { BASE_SETTINGS } from '../testing/starter-settings.js';
import { describeGraph } from './describe-graph.js';

const weights = randomWeights({ ...priorShapes(5, 4), ...lstmShapes(5, 3) });

function describeSteps(nStep: number): string[] {
  const { graph } = buildNetwork(weights, { ...BASE_SETTINGS, nStep }, { batch: 2, lat: 8, lon: 8 });
  return describeGraph(graph).trimEnd().split('\n');
}

describe('describeGraph', () => {
  it('names weights and shapes, and the output', () => {
    const lines = describeSteps(1);
    expect(lines[0]).toBe('%0    [2, 5, 8, 8]         input observations()');
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^%\d+ +\[2, 4, 4, 4\] +convolution 3×3\(%\d+, prior_cost\.conv_in\.weight\) with bias$/,
      ),
    );
    expect(lines).toContainEqual(expect.stringContaining('bilinear 2× adjoint('));
    expect(lines.at(-1)).toMatch(/^reconstruction = %\d+$/);
  });

  it('fits 15 steps on the page of 3, saying how often the loop is repeated', () => {
    const [few, many] = [describeSteps(3), describeSteps(15)];
    expect(many.length).toBe(few.length);
    expect(many.length).toBeLessThan(130);
    expect(few).toContainEqual(expect.stringMatching(/the last \d+ operations 1 more times/));
    expect(many).toContainEqual(expect.stringMatching(/the last \d+ operations 13 more times/));
  });
});
