import { isAlongTrackProtocol, type RejectionReason } from '@sillage/contracts';
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
  checkMap,
  findMistakesInField,
  mistakeText,
  RejectionError,
  rejectionFromError,
  type MistakeText,
  type NetcdfInspection,
} from '@sillage/checking';
import { evaluationTrackOf, scoreFields, scoreFieldAlongTrack } from '@sillage/scoring';
import type { CheckReport, CheckRequest, PracticeReport, PracticeRequest, ReferenceFile } from '../messages';
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
      const verdict = await checkMap(field, {
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

type Practice = Pick<PracticeRequest, 'variable' | 'task' | 'protocol'> & { fileName: string };
/** A file of the challenge that has come. */
type Reference = { file: ReferenceFile; bytes: ByteSource };

/** The score that the server would give where its judge is at hand, and the usual mistakes. */
export async function practise(
  { map, judge, likeness }: { map: ByteSource; judge: Reference | null; likeness: Reference | null },
  request: Practice,
  onProgress: Progress,
): Promise<PracticeReport> {
  const report: PracticeReport = { scores: null, rejection: null, warnings: [], mistakes: null };
  await withFile(map, request.fileName, async (opened) => {
    if (judge !== null) {
      try {
        const scored = await practiceScore(opened, judge, request, (part) =>
          onProgress(0.7 * part, 'scoring'),
        );
        report.scores = scored.scores;
        report.warnings = scored.warnings;
      } catch (error) {
        const refusal = rejectionFromError(error, { subject: request.fileName });
        if (!(refusal instanceof RejectionError)) throw refusal;
        report.rejection = refusal.reason;
      }
    }
    if (likeness !== null)
      report.mistakes = await usualMistakes(opened, likeness, request, (part) =>
        onProgress(0.7 + 0.3 * part, 'looking for the usual mistakes'),
      );
  });
  return report;
}

async function practiceScore(
  map: NetcdfFile,
  { file: { name, variable: variableOfJudge }, bytes }: Reference,
  { fileName, variable, task: { scoredBox, period }, protocol }: Practice,
  onProgress: (part: number) => void,
): Promise<Pick<PracticeReport, 'scores' | 'warnings'>> {
  return withFile(bytes, name, async (file) => {
    const reconstruction = await fieldOfFile(map, { variable, subject: fileName });
    const common = { scoredBox, period, subject: fileName, onProgress };
    if (isAlongTrackProtocol(protocol)) {
      const trackSubject = `${name} (the evaluation track)`;
      const track = await evaluationTrackOf(file, { variable: variableOfJudge, subject: trackSubject });
      return scoreFieldAlongTrack(
        { reconstruction, track },
        { ...common, protocol, trackSubject, holes: 'reject' },
      );
    }
    const reference = await fieldOfFile(file, { variable: variableOfJudge, subject: name });
    return scoreFields({ reconstruction, reference }, { ...common, protocol, referenceSubject: name });
  });
}

async function usualMistakes(
  map: NetcdfFile,
  { file: { kind, name, variable: variableOfLikeness }, bytes }: Reference,
  { variable, task: { scoredBox, period } }: Practice,
  onProgress: (part: number) => void,
): Promise<MistakeText[]> {
  return withFile(bytes, name, async (file) => {
    const reference = await fieldOfFile(file, { variable: variableOfLikeness, subject: name });
    const readable = await decodeGriddedField(map, {
      ...(variable ? { variable } : {}),
      spacing: 'any',
      missingAboveM: READABLE_HEIGHT_M,
    });
    const mistakes = await findMistakesInField(readable, reference, { scoredBox, period, onProgress });
    const title = kind === 'truth' ? 'the truth' : 'the map by OI';
    return mistakes.map((mistake) => mistakeText(mistake, title));
  });
}

async function withFile<Result>(
  source: ByteSource,
  subject: string,
  use: (file: NetcdfFile) => Promise<Result>,
): Promise<Result> {
  const file = await open(source, subject);
  try {
    return await use(file);
  } finally {
    file.close();
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
