import {
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  UNRESOLVED_TEXTS,
  type ChallengeDefinition,
  type Leaderboard,
  type LeaderboardRow,
  type Metric,
  type PublishedScore,
} from '@sillage/contracts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b2733; --soft: #51606f; --line: #d5dde4; --ground: #fff; --head: #f3f6f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e9ee; --soft: #9fb0be; --line: #34424f; --ground: #12181e; --head: #1b242c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p, li { max-width: 46rem; } .soft { color: var(--soft); font-size: .9rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { background: var(--head); } td.method, th.method { white-space: normal; min-width: 12rem; } .number { text-align: right; }
a { color: inherit; } abbr { text-decoration: none; }
`;

/** One page that needs nothing else: every board of a challenge as a table, for when the site is gone. */
export function snapshotPage(snapshot: {
  definition: ChallengeDefinition;
  boards: readonly Leaderboard[];
  platformUrl: string;
  takenAt: Date;
}): string {
  const { definition, boards, platformUrl, takenAt } = snapshot;
  const instant = `${takenAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const title = `${definition.name}: scores on ${takenAt.toISOString().slice(0, 10)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(definition.name)}</h1>
<p>${escaped(definition.summary)}</p>
<p class="soft">Every public score of the challenge <code>${escaped(definition.id)}</code>, dataset ${escaped(definition.datasetVersion)}, protocol <code>${definition.protocol}</code>,
as they were on ${instant} at ${escaped(platformUrl)}. ${
    definition.disclosure === 'practice'
      ? 'The tables below are rounded; <code>scores.csv</code> and <code>scores.parquet</code> are not.'
      : 'Scores are rounded at the disclosure level of this challenge.'
  }</p>
${definition.synthetic ? '<p><strong>The sea of this challenge is synthetic.</strong> Its scores cannot be compared with those of real seas or of other models.</p>' : ''}
<p class="soft">Data: ${escaped(definition.licence)}. ${escaped(definition.citation)}</p>
<ul class="soft">${METRICS_OF_PROTOCOL[definition.protocol].map(definitionItem).join('')}</ul>
</header>
<nav aria-label="Boards"><ul>${boards.map((board) => `<li><a href="#${anchor(board)}">${escaped(taskName(definition, board))}</a></li>`).join('')}</ul></nav>
<main>
${boards.map((board) => boardSection(definition, board)).join('\n')}
</main>
</body>
</html>
`;
}

function boardSection(definition: ChallengeDefinition, board: Leaderboard): string {
  const metrics = METRICS_OF_PROTOCOL[board.protocol];
  const head = (lead: string): string =>
    `<thead><tr>${lead}${metrics.map((metric) => `<th scope="col" class="number">${SCORE_TABLE[metric].symbol}${unitOf(metric)} ${SCORE_TABLE[metric].better === 'higher' ? '↑' : '↓'}</th>`).join('')}<th scope="col">inputs</th>`;
  const rows = board.rows.map(
    (row) =>
      `<tr><td class="number">${row.rank}</td><td class="method">${row.kind === 'reference' ? '<span class="soft">reference</span> ' : ''}${methodName(row)}</td><td>${escaped(row.author)}</td>` +
      metrics.map((metric) => `<td class="number">${scoreCell(row, metric)}</td>`).join('') +
      `<td>${escaped(row.inputs.join(', '))}</td><td>${row.scoredAt.slice(0, 10)}</td></tr>`,
  );
  const published = board.published.map(
    (row) =>
      `<tr><td class="method">${escaped(row.method)}</td>` +
      metrics.map((metric) => `<td class="number">${printed(row, metric)}</td>`).join('') +
      `<td>${escaped(row.inputs.join(', '))}</td><td class="method">${escaped(row.source)}${row.sourceUrl === null ? '' : ` (<a href="${escaped(row.sourceUrl)}">${escaped(row.sourceUrl)}</a>)`}</td></tr>`,
  );
  return `<section id="${anchor(board)}">
<h2>${escaped(taskName(definition, board))}</h2>
${
  rows.length === 0
    ? '<p class="soft">Nothing is scored here yet.</p>'
    : `<div class="wide"><table>${head('<th scope="col" class="number">rank</th><th scope="col" class="method">method</th><th scope="col">author</th>')}<th scope="col">scored</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`
}
${
  published.length === 0
    ? ''
    : `<h3>From the literature</h3><p class="soft">As printed, and not ranked with the scores above: grid, period or code differ.</p>
<div class="wide"><table>${head('<th scope="col" class="method">method</th>')}<th scope="col" class="method">source</th></tr></thead>
<tbody>
${published.join('\n')}
</tbody></table></div>`
}
</section>`;
}

function methodName({ method, verified, codeUrl, paperUrl }: LeaderboardRow): string {
  const links = [
    ...(paperUrl === null ? [] : [`<a href="${escaped(paperUrl)}">paper</a>`]),
    ...(codeUrl === null ? [] : [`<a href="${escaped(codeUrl)}">code</a>`]),
  ];
  const mark =
    verified === null
      ? ''
      : `<br><span class="soft"><strong>verified</strong> by the organisers: ${escaped(verified)}</span>`;
  return `${escaped(method)}${links.length === 0 ? '' : ` <span class="soft">${links.join(' ')}</span>`}${mark}`;
}

function scoreCell({ scores }: LeaderboardRow, metric: Metric): string {
  const value = scores[metric];
  if (value === null) {
    const why = scores.unresolved === null ? '' : UNRESOLVED_TEXTS[scores.unresolved];
    return `<abbr title="${escaped(why)}">–</abbr>`;
  }
  const isLimit = scores.atGridLimit.some((limited) => limited === metric);
  return `${isLimit ? '≤ ' : ''}${value.toFixed(SCORE_TABLE[metric].decimals)}`;
}

/** No digit that the source does not have. */
function printed(row: PublishedScore, metric: Metric): string {
  const value = row[metric];
  return value === null ? '–' : value.toFixed(row.decimals?.[metric] ?? SCORE_TABLE[metric].decimals);
}

function definitionItem(metric: Metric): string {
  const { symbol, label, definition } = SCORE_TABLE[metric];
  return `<li><strong>${symbol}</strong>, ${label}: ${escaped(definition)}</li>`;
}

function unitOf(metric: Metric): string {
  const { unit } = SCORE_TABLE[metric];
  return unit === '' ? '' : ` (${unit})`;
}

function taskName(definition: ChallengeDefinition, { area, scenario }: Leaderboard): string {
  const areaName = definition.areas.find(({ id }) => id === area)?.name ?? area;
  const scenarioName = definition.scenarios.find(({ id }) => id === scenario)?.name ?? scenario;
  return `${areaName} × ${scenarioName}`;
}

function anchor({ area, scenario }: Leaderboard): string {
  return `${area}-${scenario}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
