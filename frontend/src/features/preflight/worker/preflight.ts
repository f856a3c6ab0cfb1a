import type { RejectionReason } from '@sillage/contracts';
import {
  decodeGriddedField,
  openNetcdfBytes,
  portableHdf5Platform,
  type ByteSource,
  type GriddedField,
  type NetcdfFile,
} from '@sillage/netcdf/portable';
import {
  fieldOfFile,
  inspectNetcdf,
  judgeMap,
  lookForMistakes,
  mistakeText,
  RejectionError,
  rejectionFromError,
  scoreFields,
  type NetcdfInspection,
} from '@sillage/validation';
import type { CheckReport, CheckRequest, PracticeReport, PracticeRequest } from '../messages';
import { previewFrame } from './preview-frame';

type Progress = (fraction: number, activity: string) => void;

/** Heights far beyond any sea: centimetres and millimetres must be readable in order to be recognised. */
const READABLE_HEIGHT_M = 1e6;

/** The check of the server, over the bytes of a file. A bad file is not an error here: the report says why. */
export async function checkFile(
  source: ByteSource,
  request: Pick<CheckRequest, 'variable' | 'tasks' | 'onlyCovered'> & { fileName: string },
  onProgress: Progress,
): Promise<CheckReport> {
  const { fileName, variable, tasks, onlyCovered } = request;
  const report: CheckReport = {
    inspection: null,
    rejection: null,
    candidates: [],
    warnings: [],
    covered: [],
    uncovered: [],
    preview: null,
    aspect: 1,
  };
  let file: NetcdfFile | null = null;
  try {
    onProgress(0, `reading the structure of ${fileName}`);
    file = await open(source, fileName);
    const inspection = await inspectNetcdf(file, fileName, variable);
    report.inspection = inspection;
    report.warnings = inspection.warnings;
    if (inspection.problem) {
      report.rejection = inspection.problem;
      report.candidates = candidatesOf(inspection, inspection.problem);
      return report;
    }
    const field = await fieldOfFile(file, { variable, subject: fileName });
    let previewIndex = 0;
    if (tasks.length > 0) {
      const verdict = await judgeMap(field, {
        fileName,
        tasks,
        onlyCovered,
        onProgress: (fraction) => onProgress(fraction, `reading the maps of ${fileName}`),
      });
      report.warnings = verdict.warnings;
      report.covered = verdict.covered;
      report.uncovered = verdict.uncovered;
      previewIndex = verdict.crop.time.start;
    }
    report.preview = await previewOf(field, previewIndex);
    report.aspect = aspectOf(field);
  } catch (error) {
    const refusal = rejectionFromError(error, { subject: fileName });
    if (!(refusal instanceof RejectionError)) throw refusal;
    report.rejection = refusal.reason;
  } finally {
    file?.close();
  }
  return report;
}

/** The score that the server would give where the truth is at hand, and the usual mistakes. */
export async function practise(
  sources: { map: ByteSource; reference: ByteSource },
  request: Pick<PracticeRequest, 'variable' | 'task' | 'protocol' | 'reference'> & { fileName: string },
  onProgress: Progress,
): Promise<PracticeReport> {
  const { fileName, variable, task, protocol, reference } = request;
  const { scoredBox, period } = task;
  const referenceFile = await open(sources.reference, reference.name);
  try {
    const referenceField = await fieldOfFile(referenceFile, {
      variable: reference.variable,
      subject: reference.name,
    });
    const file = await open(sources.map, fileName);
    try {
      const report: PracticeReport = { scores: null, rejection: null, warnings: [], mistakes: [] };
      if (reference.kind === 'truth' && (protocol === 'osse-2020a' || protocol === 'osse-natl')) {
        try {
          const reconstruction = await fieldOfFile(file, { variable, subject: fileName });
          const result = await scoreFields(
            { reconstruction, reference: referenceField },
            {
              protocol,
              scoredBox,
              period,
              subject: fileName,
              referenceSubject: reference.name,
              onProgress: (part) => onProgress(0.7 * part, 'scoring'),
            },
          );
          report.scores = result.scores;
          report.warnings = result.warnings;
        } catch (error) {
          const refusal = rejectionFromError(error, { subject: fileName });
          if (!(refusal instanceof RejectionError)) throw refusal;
          report.rejection = refusal.reason;
        }
      }
      const readable = await decodeGriddedField(file, {
        ...(variable ? { variable } : {}),
        spacing: 'any',
        missingAboveM: READABLE_HEIGHT_M,
      });
      const mistakes = await lookForMistakes(readable, referenceField, {
        scoredBox,
        period,
        onProgress: (part) => onProgress(0.7 + 0.3 * part, 'looking for the usual mistakes'),
      });
      const name = reference.kind === 'truth' ? 'the truth' : 'the map by OI';
      report.mistakes = mistakes.map((mistake) => mistakeText(mistake, name));
      return report;
    } finally {
      file.close();
    }
  } finally {
    referenceFile.close();
  }
}

async function open(source: ByteSource, subject: string): Promise<NetcdfFile> {
  try {
    return await openNetcdfBytes(source, portableHdf5Platform);
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
}

/** What could be meant: every variable with the rank of maps over time. */
function candidatesOf(inspection: NetcdfInspection, problem: RejectionReason): string[] {
  if (problem.code !== 'ambiguous-variable' && problem.code !== 'sla-instead-of-ssh') return [];
  return inspection.variables.filter(({ shape }) => shape.length >= 3).map(({ name }) => name);
}

async function previewOf(field: GriddedField, timeIndex: number): Promise<CheckReport['preview']> {
  return previewFrame(await field.readDays(timeIndex, 1), field.grid, timeIndex);
}

function aspectOf({ grid }: GriddedField): number {
  const { latDeg, lonDeg } = grid;
  const height = latDeg.at(-1)! - latDeg[0]!;
  const width = lonDeg.at(-1)! - lonDeg[0]!;
  const middle = ((latDeg.at(-1)! + latDeg[0]!) / 2 / 180) * Math.PI;
  return height > 0 && width > 0 ? Math.min(4, Math.max(0.25, (width * Math.cos(middle)) / height)) : 1;
}
