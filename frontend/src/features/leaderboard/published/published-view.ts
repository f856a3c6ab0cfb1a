import {
  METRICS_OF_PROTOCOL,
  METRICS,
  type Leaderboard,
  type Metric,
  type PublishedScore,
} from '@sillage/contracts';

/** Scores that were computed alike: from one source, over one period, by one code. */
export type PublishedGroup = {
  source: string;
  sourceUrl: string | null;
  period: string;
  protocol: string;
  scores: PublishedScore[];
};

/** The published scores in groups of the same origin, in the order of the definition. */
export function publishedGroups(published: readonly PublishedScore[]): PublishedGroup[] {
  const groups: PublishedGroup[] = [];
  for (const score of published) {
    const { source, sourceUrl, period, protocol } = score;
    const group = groups.find(
      (item) =>
        item.source === source &&
        item.sourceUrl === sourceUrl &&
        item.period === period &&
        item.protocol === protocol,
    );
    if (group === undefined) groups.push({ source, sourceUrl, period, protocol, scores: [score] });
    else group.scores.push(score);
  }
  return groups;
}

/** The metrics of the board's protocol, and those that only the literature has, such as a λx in km beside one in degrees. */
export function publishedMetrics({ protocol, published }: Leaderboard): Metric[] {
  const own = METRICS_OF_PROTOCOL[protocol];
  return METRICS.filter((metric) =>
    own.includes(metric) ? true : published.some((score) => score[metric] !== null),
  );
}

const LEAST_DECIMALS: Record<Metric, number> = {
  mu: 2,
  sigma: 2,
  lambdaXDeg: 2,
  lambdaXKm: 0,
  lambdaTDays: 1,
};

/** Decimals of a column: those of its most precise value, since a source prints a column alike and we have only numbers. */
export function columnDecimals(metric: Metric, scores: readonly PublishedScore[]): number {
  const decimals = scores.map((score) => /\.(\d+)$/.exec(String(score[metric]))?.[1]?.length ?? 0);
  return Math.max(LEAST_DECIMALS[metric], ...decimals);
}

/** Decimals of one value: those of its column, unless the definition knows that the source printed fewer. */
export function shownDecimals(
  metric: Metric,
  score: PublishedScore,
  column: readonly PublishedScore[],
): number {
  return score.decimals?.[metric] ?? columnDecimals(metric, column);
}
