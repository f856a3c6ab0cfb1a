type Named = { id: string; name: string };

/** A set of observations without errors, and the same observations with more and more of them. */
export type NoiseLadder<Item extends Named> = { base: Item; rungs: { scenario: Item; name: string }[] };

const RUNG = /^(.+)-noise(\d+)$/;

/** `swot1-nadir4` for any of its rungs; `null` for what is no rung. */
export function ladderBase(scenarioId: string): string | null {
  return RUNG.exec(scenarioId)?.[1] ?? null;
}

/**
 * Separates the scenarios that stand for themselves from the rungs of a noise ladder: `swot1-nadir4-noise2` is the second
 * rung of `swot1-nadir4`. A rung without its base stands for itself.
 */
export function scenarioGroups<Item extends Named>(
  scenarios: readonly Item[],
): { plain: Item[]; ladders: NoiseLadder<Item>[] } {
  const baseOf = (scenario: Item) => {
    const baseId = ladderBase(scenario.id);
    return scenarios.find((item) => item.id === baseId);
  };
  const plain = scenarios.filter((scenario) => baseOf(scenario) === undefined);
  const ladders = plain.flatMap((base) => {
    const rungs = scenarios
      .filter((scenario) => baseOf(scenario) === base)
      .sort((left, right) => rungNumber(left.id) - rungNumber(right.id))
      .map((scenario) => ({ scenario, name: rungName(base.name, scenario.name) }));
    return rungs.length === 0 ? [] : [{ base, rungs }];
  });
  return { plain, ladders };
}

function rungNumber(id: string): number {
  return Number(RUNG.exec(id)?.[2] ?? 0);
}

/** `SWOT + 4 nadirs, instrument noise` is `instrument noise` beside its base. */
function rungName(base: string, name: string): string {
  const rest = name.startsWith(base) ? name.slice(base.length).replace(/^[\s,:;–-]+/, '') : name;
  return rest === '' ? name : rest;
}
