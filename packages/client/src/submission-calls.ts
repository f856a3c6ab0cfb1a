import {
  boxStatisticsSchema,
  diagnosticsSchema,
  documentListSchema,
  mapManifestSchema,
  previewSchema,
  resolutionByBoxSchema,
  stressViewSchema,
  submissionListSchema,
  submissionViewSchema,
  zonalSpectraSchema,
  type CancelStressRequest,
  type CreateSubmissionRequest,
  type CreateSubmissionSetRequest,
  type StressRequest,
  type Visibility,
} from '@sillage/contracts';
import { apiPaths } from './api-paths.js';
import { decodeFrame } from './decode-frame.js';
import type { Requests } from './requests.js';
import { withQuery } from './with-query.js';

export type SubmissionCalls = ReturnType<typeof submissionCalls>;

const submissionPath = (submission: string) => `/api/submissions/${encodeURIComponent(submission)}`;
const stressPath = (submission: string) => `${submissionPath(submission)}/stress`;

/** What was entered, and what was made of it. */
export function submissionCalls({ json, send }: Requests) {
  return {
    ...evaluationCalls({ json, send }),
    submissions: async ({ mine, challenge }: { mine: boolean; challenge?: string }) => {
      const path = withQuery('/api/submissions', { mine: mine ? 'true' : null, challenge });
      return (await json(path, submissionListSchema)).submissions;
    },
    submission: (submission: string, signal?: AbortSignal) =>
      json(submissionPath(submission), submissionViewSchema, { signal }),
    createSubmission: (body: CreateSubmissionRequest) =>
      json('/api/submissions', submissionViewSchema, { method: 'POST', body }),
    /** Several files at once: all of them become submissions, or none does. */
    createSubmissionSet: async (body: CreateSubmissionSetRequest) =>
      (await json('/api/submissions/sets', submissionListSchema, { method: 'POST', body })).submissions,
    cancelSubmission: (submission: string) =>
      json(`${submissionPath(submission)}/cancel`, submissionViewSchema, { method: 'POST' }),
    changeVisibility: (submission: string, visibility: Visibility) =>
      json(`${submissionPath(submission)}/visibility`, submissionViewSchema, {
        method: 'PUT',
        body: { visibility },
      }),
    withdrawSubmission: (submission: string, reason: string) =>
      json(`${submissionPath(submission)}/withdraw`, submissionViewSchema, {
        method: 'POST',
        body: { reason },
      }),
    /** Runs of a network with other observations, beside its normal scores. */
    stress: (submission: string, signal?: AbortSignal) =>
      json(stressPath(submission), stressViewSchema, { signal }),
    /** Asks for runs; those that there are already are not made again. */
    askStress: (submission: string, body: Partial<StressRequest> = {}) =>
      json(stressPath(submission), stressViewSchema, { method: 'POST', body }),
    /** Every open run, where none is named. */
    cancelStress: (submission: string, body: CancelStressRequest = {}) =>
      json(`${stressPath(submission)}/cancel`, stressViewSchema, { method: 'POST', body }),
  };
}

function evaluationCalls({ json, send }: Pick<Requests, 'json' | 'send'>) {
  const { artefact } = apiPaths;
  return {
    diagnostics: (evaluation: string, signal?: AbortSignal) =>
      json(artefact(evaluation, 'diagnostics.json'), diagnosticsSchema, { signal }),
    /** Errors by box and day. */
    boxes: (evaluation: string, signal?: AbortSignal) =>
      json(artefact(evaluation, 'boxes.json'), boxStatisticsSchema, { signal }),
    /** Effective resolution by box. */
    resolution: (evaluation: string, signal?: AbortSignal) =>
      json(artefact(evaluation, 'resolution.json'), resolutionByBoxSchema, { signal }),
    /** Zonal spectra of truth, map and error. */
    spectra: (evaluation: string, signal?: AbortSignal) =>
      json(artefact(evaluation, 'spectra.json'), zonalSpectraSchema, { signal }),
    /** Notebook, receipt and citations, with their sizes. */
    documents: (evaluation: string, signal?: AbortSignal) =>
      json(`/api/evaluations/${encodeURIComponent(evaluation)}/documents`, documentListSchema, { signal }),
    /** Days of a network's map that are finished after one, the oldest hundred. */
    preview: async (evaluation: string, after: string | undefined, signal?: AbortSignal) => {
      const path = withQuery(`/api/evaluations/${encodeURIComponent(evaluation)}/preview`, { after });
      return (await json(path, previewSchema, { signal })).frames;
    },
    mapManifest: (evaluation: string, signal?: AbortSignal) =>
      json(artefact(evaluation, 'maps.json'), mapManifestSchema, { signal }),
    mapFrame: async (evaluation: string, layer: string, frame: number, signal?: AbortSignal) => {
      const response = await send(apiPaths.mapFrame(evaluation, layer, frame), { signal });
      return decodeFrame(await response.arrayBuffer());
    },
  };
}
