import { Inject, Injectable } from '@nestjs/common';
import {
  canonicalJson,
  isAlongTrackProtocol,
  referenceFile,
  type CitationName,
  type DocumentName,
  type Receipt,
  type Scores,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import {
  ChallengesService,
  type Challenge,
  type StoredDatasetFile,
} from '../challenges/challenges.service.js';
import { disclosedScores, isDatasetFileDisclosed } from '../disclosure/domain/disclosure.js';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import type { EvaluationRecord } from '../evaluations/evaluations.service.js';
import { SigningService } from '../signing/signing.service.js';
import { productFileName } from '../submissions/domain/product-file-name.js';
import {
  VisibleSubmissionsService,
  type Submission,
  type SubmissionDetails,
} from '../submissions/visible-submissions.service.js';
import { citationText, type CitedPerson } from './citation.js';
import { citedChallenge, citedSubmission } from './cited-works.js';
import { reproductionNotebook } from './domain/notebook/notebook.js';
import { receiptContent } from './receipt.js';

/** A scored evaluation with everything that a document about it needs. */
type Scored = {
  record: EvaluationRecord;
  submission: Submission;
  file: NonNullable<Submission['file']>;
  /** In the dataset version that the score is of. */
  challenge: Challenge;
  files: StoredDatasetFile[];
  scores: Scores;
};

export type WrittenDocument = { name: DocumentName | CitationName; text: string };

/** Texts about what is scored: notebook, receipt, citations. They are written when somebody asks, from the database alone. */
@Injectable()
export class ProductsService {
  readonly #platformUrl: string;

  constructor(
    private readonly submissions: VisibleSubmissionsService,
    private readonly challenges: ChallengesService,
    private readonly signing: SigningService,
    @Inject(CONFIG) config: Config,
  ) {
    this.#platformUrl = config.publicUrl.href.replace(/\/$/, '');
  }

  /** Every document of an evaluation that this viewer may have. */
  async listDocuments(
    viewer: Account | null,
    evaluationId: string,
  ): Promise<{ submissionId: string; documents: WrittenDocument[] }> {
    const scored = await this.#scored(viewer, evaluationId);
    const submissionId = scored.submission.id;
    const isQualified = scored.submission.moderation.disqualified === null;
    const citations = (isQualified ? (['CITATION.cff', 'citation.bib', 'datacite.json'] as const) : []).map(
      async (name) => ({
        name,
        text: await this.submissionCitation(viewer, submissionId, name),
      }),
    );
    return {
      submissionId,
      documents: [
        ...(notebookObstacle(scored) === null
          ? [{ name: 'notebook.ipynb' as const, text: this.#notebook(scored) }]
          : []),
        ...(isQualified
          ? [
              { name: 'receipt.json' as const, text: await this.#receipt(scored) },
              ...(await Promise.all(citations)),
            ]
          : []),
      ],
    };
  }

  async document(
    viewer: Account | null,
    evaluationId: string,
    name: DocumentName,
  ): Promise<{ text: string; fileName: string }> {
    const scored = await this.#scored(viewer, evaluationId);
    const fileName = productFileName(scored.submission.card.name, scored.record, name);
    if (name === 'receipt.json') requireQualified(scored.submission);
    if (name === 'receipt.json') return { text: await this.#receipt(scored), fileName };
    const obstacle = notebookObstacle(scored);
    if (obstacle !== null) throw new DomainError('not-disclosed', obstacle);
    return { text: this.#notebook(scored), fileName };
  }

  async submissionCitation(
    viewer: Account | null,
    submissionId: string,
    name: CitationName,
  ): Promise<string> {
    const details = await this.submissions.get(viewer, submissionId);
    const { submission, evaluations } = details;
    requireQualified(submission);
    const scored = evaluations.flatMap(({ record }) => {
      const scores = record.scores === null ? null : disclosedScores(record.scores, record.disclosure);
      return record.state === 'scored' && scores !== null ? [{ ...record, scores }] : [];
    });
    const tasks = newestOfEachTask(scored);
    const [first] = tasks;
    if (first === undefined) {
      throw new DomainError(
        'file-not-found',
        'There is nothing to cite yet: this submission has no public score.',
        {
          fix: 'Ask again once it is scored.',
        },
      );
    }
    const challenge = await this.challenges.getVersion(submission.challengeId, first.datasetVersion);
    return citationText(
      citedSubmission({
        submission,
        challenge,
        creators: citedCreators(details),
        tasks,
        platformUrl: this.#platformUrl,
      }),
      name,
    );
  }

  async challengeCitation(challengeId: string, name: CitationName): Promise<string> {
    return citationText(citedChallenge(await this.challenges.get(challengeId), this.#platformUrl), name);
  }

  async #scored(viewer: Account | null, evaluationId: string): Promise<Scored> {
    const { record, submission } = await this.submissions.getEvaluation(viewer, evaluationId);
    if (record.state !== 'scored' || record.scores === null || submission.file === null) {
      throw new DomainError('file-not-found', 'This evaluation is not scored (yet).', {
        fix: 'Look at its state, and ask again once it is scored.',
      });
    }
    const scores = disclosedScores(record.scores, record.disclosure);
    if (scores === null) {
      throw new DomainError(
        'not-disclosed',
        `Scores are not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    const challenge = await this.challenges.getVersion(record.challengeId, record.datasetVersion);
    const files = await this.challenges.listFiles(challenge);
    return { record, submission, file: submission.file, challenge, files, scores };
  }

  async #receipt(scored: Scored): Promise<string> {
    const content = receiptContent({ ...scored, platformUrl: this.#platformUrl });
    const { publicKey, value } = await this.signing.sign(canonicalJson(content));
    const receipt: Receipt = { ...content, signature: { algorithm: 'ed25519', publicKey, value } };
    return `${JSON.stringify(receipt, null, 2)}\n`;
  }

  #notebook({ record, submission, challenge }: Scored): string {
    return reproductionNotebook(
      {
        platformUrl: this.#platformUrl,
        submissionId: submission.id,
        evaluationId: record.id,
        area: record.area,
        scenario: record.scenario,
        method: submission.card.name,
        author: submission.author,
        challengeName: challenge.definition.name,
        datasetVersion: record.datasetVersion,
        protocol: record.protocol,
      },
      isAlongTrackProtocol(record.protocol),
    );
  }
}

/** @throws DomainError for an entry that the platform does not stand for any more. */
function requireQualified({ moderation: { disqualified } }: Submission): void {
  if (disqualified === null) return;
  throw new DomainError(
    'not-disclosed',
    `This entry was disqualified on ${disqualified.at.toISOString().slice(0, 10)}: the platform gives no citation and no receipt of it.`,
    { fix: `The organisers say why: ${disqualified.reason}` },
  );
}

/** Scores of one dataset version, the newest that there are: an entry that was scored again is not cited with both. */
function newestOfEachTask<
  Score extends { area: string; scenario: string; datasetVersion: string; stateSince: Date },
>(scores: readonly Score[]): Score[] {
  const newestFirst = scores.toSorted(
    (left, right) => right.stateSince.getTime() - left.stateSince.getTime(),
  );
  const version = newestFirst[0]?.datasetVersion;
  return scores.filter(
    (score) =>
      score.datasetVersion === version &&
      newestFirst.find(({ area, scenario }) => area === score.area && scenario === score.scenario) === score,
  );
}

/** Why nobody could run the notebook; null where everything that it reads is public. */
function notebookObstacle({ record, challenge, files }: Scored): string | null {
  const reference = referenceFile({ protocol: challenge.definition.protocol, files }, record);
  const isPublic = reference !== undefined && isDatasetFileDisclosed(reference.role, record.disclosure);
  return isPublic
    ? null
    : `What the maps are compared with is not public at the disclosure level ${record.disclosure}: nobody could run the notebook.`;
}

/** Who is cited: the person, or the team and then its members; "anonymous" while the name is hidden from the viewer. */
function citedCreators({ submission, team, people }: SubmissionDetails): CitedPerson[] {
  const persons = people.map(({ name, orcid }) => ({ name, orcid }));
  if (team !== null) return [{ name: team.name, orcid: null }, ...persons];
  return persons.length > 0 ? persons : [{ name: submission.author, orcid: null }];
}
