import { Injectable } from '@nestjs/common';
import type { ArtefactName, MapManifest, PreviewFrame } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import {
  isArtefactDisclosed,
  isMapLayerDisclosed,
  isStoredArtefactDisclosed,
} from '../disclosure/domain/disclosure.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { EvaluationsService, type EvaluationRecord } from '../evaluations/evaluations.service.js';
import { productFileName } from './domain/product-file-name.js';
import { mayDownloadFile, maySeePreview } from './domain/visibility.js';
import { MapManifests } from './map-manifests.js';
import { submissionWithdrawn, VisibleSubmissionsService } from './visible-submissions.service.js';

type StoredFile = { sha256: string; sizeBytes: number };

/** Frames of one reply: about a megabyte. */
const PREVIEW_LIMIT = 100;

/** The file that was submitted, and what was made of it, within the disclosure level. */
@Injectable()
export class SubmissionFilesService {
  constructor(
    private readonly visible: VisibleSubmissionsService,
    private readonly evaluations: EvaluationsService,
    private readonly manifests: MapManifests,
    private readonly clock: Clock,
  ) {}

  async getFile(viewer: Account | null, id: string): Promise<StoredFile & { fileName: string }> {
    const submission = await this.visible.require(viewer, id);
    // Nobody's any more: the collection takes it.
    if (submission.withdrawnAt !== null) throw submissionWithdrawn(submission);
    if (!mayDownloadFile(viewer, submission, submission.disclosure, this.clock.now())) {
      throw new DomainError(
        'not-disclosed',
        'The file of this submission is its author’s alone, at this disclosure level or as long as the author is not named.',
      );
    }
    if (submission.file === null) {
      throw new DomainError('file-not-found', 'The platform has not computed this map yet.', {
        fix: 'Look at the state of the submission, and try again once it is checked.',
      });
    }
    return { ...submission.file, fileName: this.visible.shownFileName(viewer, submission) };
  }

  async getArtefact(
    viewer: Account | null,
    evaluationId: string,
    name: ArtefactName,
  ): Promise<StoredFile & { fileName: string }> {
    const { record, submission } = await this.visible.requireEvaluation(viewer, evaluationId);
    if (!isArtefactDisclosed(name, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `${name} is not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    const { sha256, sizeBytes } = this.#artefactOf(record, name);
    return { sha256, sizeBytes, fileName: productFileName(submission.card.name, record, name) };
  }

  /** The days of a network's map that are finished, after one; oldest first, a hundred at most. */
  async getPreview(viewer: Account | null, evaluationId: string, after: string): Promise<PreviewFrame[]> {
    const { record, submission } = await this.visible.requireEvaluation(viewer, evaluationId);
    if (!maySeePreview(viewer, submission, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `Maps are not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    return this.evaluations.listFrames(evaluationId, after, PREVIEW_LIMIT);
  }

  /** Where one frame of a map stack lies in its file. */
  async getMapFrame(
    viewer: Account | null,
    evaluationId: string,
    layerName: MapManifest['layers'][number]['name'],
    frame: number,
  ): Promise<StoredFile & { start: number; end: number }> {
    const { record } = await this.visible.requireEvaluation(viewer, evaluationId);
    if (!isMapLayerDisclosed(layerName, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `The map layer '${layerName}' is not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    const manifest = await this.manifests.read(this.#artefactOf(record, 'maps.json').sha256);
    const layer = manifest.layers.find(({ name }) => name === layerName);
    if (layer === undefined || frame >= layer.frameCount) {
      throw new DomainError('file-not-found', `There is no frame ${frame} of the map layer '${layerName}'.`, {
        fix: `maps.json lists the layers: ${manifest.layers.map(({ name, frameCount }) => `${name} (${frameCount})`).join(', ')}.`,
      });
    }
    const stack = this.#artefactOf(record, `${layerName}.i16`);
    const frameBytes = manifest.latDeg.length * manifest.lonDeg.length * 2;
    if (stack.sizeBytes !== frameBytes * layer.frameCount) {
      throw new Error(
        `${layerName}.i16 has ${stack.sizeBytes} bytes, its manifest says ${frameBytes} × ${layer.frameCount}`,
      );
    }
    return {
      sha256: stack.sha256,
      sizeBytes: stack.sizeBytes,
      start: frame * frameBytes,
      end: (frame + 1) * frameBytes - 1,
    };
  }

  #artefactOf(record: EvaluationRecord, name: ArtefactName): StoredFile {
    const artefact = record.artefacts.find((candidate) => candidate.name === name);
    if (artefact === undefined) {
      throw new DomainError('file-not-found', `This evaluation has no ${name} (yet).`, {
        fix: 'Products are made right after the score; try again in a moment.',
      });
    }
    if (!isStoredArtefactDisclosed(artefact, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `${name} was made while the truth was public, which it is not now (${record.disclosure}).`,
        { fix: 'An organiser can have it made again without the truth.' },
      );
    }
    return artefact;
  }
}
