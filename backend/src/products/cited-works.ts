import { METRICS_OF_PROTOCOL, SCORE_TABLE, type Scores } from '@sillage/contracts';
import type { Challenge } from '../challenges/challenges.service.js';
import type { Submission } from '../submissions/visible-submissions.service.js';
import type { CitedPerson, CitedWork, RelatedWork } from './citation.js';

export type ScoredTask = { area: string; scenario: string; scores: Scores };

const KEYWORDS = ['sea surface height', 'satellite altimetry', 'mapping', 'data challenge'];

/** Reconstructions as a data set of their author, with what they scored. */
export function citedSubmission(facts: {
  submission: Submission;
  challenge: Challenge;
  creators: readonly CitedPerson[];
  tasks: readonly ScoredTask[];
  platformUrl: string;
}): CitedWork {
  const { submission, challenge, creators, tasks, platformUrl } = facts;
  const { definition } = challenge;
  const { card } = submission;
  const entered = definition.areas.filter(({ id }) => tasks.some(({ area }) => area === id));
  const related: RelatedWork[] = [
    {
      relation: 'IsDerivedFrom',
      url: `${platformUrl}/challenges/${definition.id}`,
      title: `${definition.name}, dataset ${definition.datasetVersion}`,
    },
    ...(card.paperUrl === null
      ? []
      : [{ relation: 'IsDescribedBy' as const, url: card.paperUrl, title: `${card.name}: paper` }]),
    ...(card.codeUrl === null
      ? []
      : [{ relation: 'IsSupplementedBy' as const, url: card.codeUrl, title: `${card.name}: code` }]),
  ];
  return {
    title: `${card.name}: sea surface height maps for ${definition.name}`,
    abstract: [
      card.description.trim() || `Maps of sea surface height by the method ${card.name}.`,
      `Scored by Sillage on dataset ${definition.datasetVersion} of ${definition.name}, protocol ${definition.protocol}: ${tasks.map((task) => taskText(task, definition.protocol)).join('; ')}.`,
      ...(definition.synthetic ? ['The sea of this challenge is synthetic.'] : []),
    ].join(' '),
    creators,
    url: `${platformUrl}/submissions/${submission.id}`,
    id: submission.id,
    version: null,
    date: submission.createdAt.toISOString().slice(0, 10),
    licence: card.licence,
    keywords: KEYWORDS,
    platformUrl,
    related,
    places: entered.map(({ name, scoredBox }) => ({ name, box: scoredBox })),
    period: definition.periods.evaluation,
  };
}

/** A challenge with its data. */
export function citedChallenge(challenge: Challenge, platformUrl: string): CitedWork {
  const { definition } = challenge;
  const doi = /\b10\.\d{4,9}\/[^\s,;)"<>]+/.exec(definition.citation)?.[0];
  return {
    title: definition.name,
    abstract: [definition.summary, definition.citation].filter((text) => text !== '').join(' '),
    // Who made the data stands in its own citation, as text; the platform publishes the challenge.
    creators: [{ name: 'Sillage', orcid: null }],
    url: `${platformUrl}/challenges/${definition.id}`,
    id: definition.id,
    version: definition.datasetVersion,
    date: challenge.createdAt.toISOString().slice(0, 10),
    licence: definition.licence,
    keywords: KEYWORDS,
    platformUrl,
    related:
      doi === undefined
        ? []
        : [{ relation: 'IsDerivedFrom', url: `https://doi.org/${doi}`, title: definition.citation }],
    places: definition.areas.map(({ name, scoredBox }) => ({ name, box: scoredBox })),
    period: definition.periods.evaluation,
  };
}

function taskText(
  { area, scenario, scores }: ScoredTask,
  protocol: keyof typeof METRICS_OF_PROTOCOL,
): string {
  const values = METRICS_OF_PROTOCOL[protocol].flatMap((metric) => {
    const value = scores[metric];
    const { symbol, unit } = SCORE_TABLE[metric];
    return value === null
      ? []
      : [`${symbol} ${Number(value.toPrecision(6))}${unit === '' ? '' : ` ${unit}`}`];
  });
  return `${area} × ${scenario}: ${values.join(', ')}`;
}
