import { open } from 'node:fs/promises';
import type {
  Agreement,
  ChallengeDefinition,
  DatasetFile,
  DatasetFileReport,
  DatasetFinding,
  DatasetReport,
  FileRole,
  FindingSeverity,
} from '@sillage/contracts';
import { MAX_PREVIEW_POINTS, MAX_PREVIEW_SIDE, REPORT_SHARES } from '@sillage/contracts/report-limits';
import { daysSince1950, type Mistake } from '@sillage/science';
import { RejectionError, rejectionFromError } from '@sillage/checking';
import { findMistakes } from '../check/index.js';
import type { ProgressListener } from '../files/progress.js';
import { AGREEMENT_LIMITS, mapFindings, observationFindings } from './findings/agreement-findings.js';
import { coverageFindings, satelliteFindings } from './findings/coverage-findings.js';
import { definitionFindings, fileFindings, isReferenceRole } from './findings/definition-findings.js';
import { bareReport } from './files/described-netcdf.js';
import type {
  FileReading,
  LocatedFile,
  ReadingContext,
  ScoredArea,
  ScoredDays,
  VariableSample,
} from './files/file-reading.js';
import { finding, unreadableFinding } from './findings/findings.js';
import { leakFindings, leakRows, trackLeaks, type ComparedSample } from './findings/leak-findings.js';
import { isObservationRole } from './findings/leak-verdict.js';
import { readGriddedFile, readMaskFile, type GriddedFileOptions } from './files/read-gridded-file.js';
import { readNetworkPart } from './files/read-network-file.js';
import { readEvaluationTrackFile, readSwathFile, readTrackFile } from './files/read-observation-file.js';
import { compareAtShifts, type ShiftComparison } from './findings/shift-comparison.js';
import { TruthAtSamples, type TruthAtPlaces } from './findings/truth-at-places.js';

export type { LocatedFile } from './files/file-reading.js';

export type InspectDatasetOptions = {
  definition: ChallengeDefinition;
  /** The files that there are, in any order; those that the definition does not name are left alone. */
  files: readonly LocatedFile[];
  /** Files that brought a reader down before: not opened again, `found` is told of them. */
  broken?: readonly { path: string; found: string }[];
  evaluatorVersion: string;
  now: Date;
  onProgress?: ProgressListener;
  /** Called with the path of each file before it is opened. */
  onFile?: (path: string) => void;
};

/** Variables, and dimensions, of one file that are listed at most. */
const LARGEST_LIST = 200;

/** Of the progress; the rest is the comparison of maps with the truth. */
const READING_SHARE = 0.75;

const SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'note'];

/**
 * Reads every file of a dataset and says what is off: structure, units, coverage, agreement with the truth, and whether a file
 * that participants get gives away what is sealed. Memory stays bounded: maps are walked in the pieces that they are stored in,
 * and what is compared are samples. A file that cannot be read is a finding.
 */
export async function inspectDataset(options: InspectDatasetOptions): Promise<DatasetReport> {
  const { definition, now, evaluatorVersion } = options;
  const named = new Set(definition.files.map(({ path }) => path));
  const files = options.files.filter(({ path }) => named.has(path));
  const inspection = new Inspection(options, files);
  for (const file of inspection.inReadingOrder()) await inspection.read(file);
  const { findings, readings } = inspection;
  const all = [
    ...definitionFindings(definition),
    ...fileFindings(definition, files),
    ...findings,
    ...[...readings.values()].flatMap((reading) => [
      ...reading.findings,
      ...coverageFindings(definition, reading, inspection.days),
    ]),
    ...satelliteFindings(definition, readings),
  ];
  const agreements = await inspection.agreements();
  const compared = inspection.comparedSamples();
  const withheld = trackLeaks(definition, [...readings.values()]);
  all.push(...agreements.findings, ...leakFindings(definition, compared), ...withheld.findings);
  const order = new Map([...named].map((path, index) => [path, index]));
  const place = (path: string | null) => (path === null ? -1 : (order.get(path) ?? order.size));
  options.onProgress?.(1, 'the report is ready');
  return {
    inspectedAt: now.toISOString(),
    evaluatorVersion,
    files: [...inspection.reports.values()]
      .sort((a, b) => place(a.path) - place(b.path))
      .map((report) => withShortLists(report, Math.floor(REPORT_SHARES.listed / files.length))),
    agreements: agreements.rows.slice(0, REPORT_SHARES.rows),
    leaks: [...withheld.rows, ...leakRows(compared)]
      .sort((a, b) => place(a.path) - place(b.path))
      .slice(0, REPORT_SHARES.rows),
    findings: mergedScenarios(all)
      .sort(
        (a, b) =>
          SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || place(a.path) - place(b.path),
      )
      .slice(0, REPORT_SHARES.rows),
  };
}

/**
 * Only whether files that participants get give away what maps are compared with. `ofTracks`: they hold the withheld altimeter,
 * and maps made of them would be scored on what they have seen, whoever may see it.
 */
export async function findLeaks(
  options: InspectDatasetOptions,
): Promise<{ ofTracks: DatasetFinding[]; others: DatasetFinding[] }> {
  const { definition, files } = options;
  const inspection = new Inspection(options, files);
  for (const file of inspection.inReadingOrder()) await inspection.read(file);
  return {
    ofTracks: trackLeaks(definition, [...inspection.readings.values()]).findings,
    others: mergedScenarios([
      ...fileFindings(definition, files).filter(({ code }) => code === 'sealed-content'),
      ...leakFindings(definition, inspection.comparedSamples()),
    ]),
  };
}

/** A report lists no more of the variables and dimensions of a file. */
function withShortLists(report: DatasetFileReport, most: number): DatasetFileReport {
  const count = Math.min(LARGEST_LIST, Math.max(1, most));
  return {
    ...report,
    dimensions: report.dimensions.slice(0, count),
    variables: report.variables.slice(0, count),
  };
}

/** What is the same for several scenarios of one file is said once. */
function mergedScenarios(findings: readonly DatasetFinding[]): DatasetFinding[] {
  const merged = new Map<string, DatasetFinding>();
  for (const item of findings) {
    const key = JSON.stringify({ ...item, scenario: null });
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined || known.scenario === item.scenario ? item : { ...item, scenario: null },
    );
  }
  return [...merged.values()];
}

class Inspection {
  readonly readings = new Map<string, FileReading>();
  readonly reports = new Map<string, FileReading['report']>();
  readonly findings: DatasetFinding[] = [];
  readonly days: ScoredDays;
  readonly #areas: ScoredArea[];
  readonly #definition: ChallengeDefinition;
  readonly #totalBytes: number;
  #doneBytes = 0;
  /** Of each truth: what its samples look like there. */
  readonly #truths = new Map<string, Map<VariableSample, TruthAtPlaces>>();
  readonly #comparisons = new Map<TruthAtPlaces, ShiftComparison | null>();
  /** Maps at the points of withheld tracks. */
  readonly #atTracks: {
    map: FileReading;
    track: FileReading;
    sample: VariableSample;
    found: TruthAtPlaces;
  }[] = [];

  constructor(
    private readonly options: InspectDatasetOptions,
    private readonly files: readonly LocatedFile[],
  ) {
    const { definition } = options;
    this.#definition = definition;
    const scored = new Set(definition.tasks.map(({ area }) => area));
    this.#areas = definition.areas
      .filter(({ id }) => scored.has(id))
      .map(({ id, scoredBox }) => ({ id, box: scoredBox }));
    const { start, end } = definition.periods.evaluation;
    this.days = { first: daysSince1950(start), last: daysSince1950(end) };
    this.#totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** A withheld track first and the truth last: each is compared with what was read before it. */
  inReadingOrder(): LocatedFile[] {
    const rank = (file: LocatedFile) => {
      const role = this.#roleOf(file);
      return role === 'evaluation-track' ? 0 : role === 'truth' ? 2 : 1;
    };
    return [...this.files].sort((a, b) => rank(a) - rank(b));
  }

  async read(file: LocatedFile): Promise<void> {
    const { path, sizeBytes } = file;
    this.options.onFile?.(path);
    this.#report(0, file);
    const uses = this.#usesOf(path);
    try {
      const broken = this.options.broken?.find((item) => item.path === path);
      if (broken !== undefined) throw brokenDown(path, broken.found);
      const reading = await this.#reading(file, uses);
      this.readings.set(path, reading);
      this.reports.set(path, reading.report);
    } catch (error) {
      const rejection = rejectionFromError(error, { subject: path });
      if (!(rejection instanceof RejectionError)) throw rejection;
      this.findings.push(unreadableFinding(rejection, path));
      this.reports.set(path, bareReport(file, uses, 'unreadable'));
    }
    this.#doneBytes += sizeBytes;
  }

  async #reading(file: LocatedFile, uses: DatasetFile[]): Promise<FileReading> {
    await refuseWhatIsNoData(file);
    const role = this.#roleOf(file);
    const context = this.#context(file);
    const options = { file, uses, role, context };
    switch (role) {
      case 'truth':
        return this.#readTruth(options);
      case 'oi':
      case 'reconstruction':
        return this.#readMap(options);
      case 'sst':
      case 'gridded-observations':
        return readGriddedFile(options);
      case 'observations':
        return readTrackFile(options);
      case 'evaluation-track':
        return readEvaluationTrackFile(options);
      case 'swath-observations':
        return readSwathFile(options);
      case 'mask':
        return readMaskFile(options);
      case 'network':
      case 'network-manifest':
        return readNetworkPart(file, uses, role);
    }
  }

  async #readTruth(options: GriddedFileOptions): Promise<FileReading> {
    const areas = new Set(options.uses.map(({ area }) => area));
    const samples = [...this.readings.values()]
      .filter(({ role }) => !isReferenceRole(role))
      .flatMap((reading) => reading.samples.filter(({ area }) => areas.has(area)));
    let truth: TruthAtSamples | null = null;
    const reading = await readGriddedFile({
      ...options,
      follow: (grid) => {
        const at = new TruthAtSamples(
          grid,
          samples.map(({ sampler }) => sampler.places),
        );
        truth = at;
        return ({ time, lat, values }) =>
          at.add({
            timeStart: time.start,
            timeCount: time.count,
            latStart: lat.start,
            latCount: lat.count,
            values,
          });
      },
    });
    const found = (truth as TruthAtSamples | null)?.result() ?? [];
    this.#truths.set(options.file.path, new Map(samples.map((sample, index) => [sample, found[index]!])));
    return reading;
  }

  /** A map is looked at along the withheld tracks of its areas, where there are any. */
  async #readMap(options: GriddedFileOptions): Promise<FileReading> {
    const areas = new Set(options.uses.map(({ area }) => area));
    const tracks = [...this.readings.values()]
      .filter(({ role }) => role === 'evaluation-track')
      .flatMap((track) =>
        track.samples.filter(({ area }) => areas.has(area)).map((sample) => ({ track, sample })),
      );
    if (tracks.length === 0) return readGriddedFile(options);
    let atTracks: TruthAtSamples | null = null;
    const map = await readGriddedFile({
      ...options,
      follow: (grid) => {
        const at = new TruthAtSamples(
          grid,
          tracks.map(({ sample }) => sample.sampler.places),
        );
        atTracks = at;
        return ({ time, lat, values }) =>
          at.add({
            timeStart: time.start,
            timeCount: time.count,
            latStart: lat.start,
            latCount: lat.count,
            values,
          });
      },
    });
    const found = (atTracks as TruthAtSamples | null)?.result() ?? [];
    tracks.forEach((item, index) => this.#atTracks.push({ map, ...item, found: found[index]! }));
    return map;
  }

  async agreements(): Promise<{ rows: Agreement[]; findings: DatasetFinding[] }> {
    const rows: Agreement[] = [];
    const findings: DatasetFinding[] = [];
    const withTruth = [...this.readings.values()].flatMap((reading) =>
      reading.uses.flatMap((use) => {
        const sample = reading.samples.find((item) => item.isDeclared && item.area === use.area);
        const truth = this.#truthOf(use.area, use.scenario);
        return sample === undefined || truth === null || isReferenceRole(use.role)
          ? []
          : [{ reading, use, sample, truth }];
      }),
    );
    for (const [index, { reading, use, sample, truth }] of withTruth.entries()) {
      this.options.onFile?.(reading.file.path);
      this.options.onProgress?.(
        READING_SHARE + ((1 - READING_SHARE) * index) / withTruth.length,
        `comparing ${reading.file.path} with ${truth}`,
      );
      const about = { path: reading.file.path, area: use.area, scenario: use.scenario ?? null };
      const comparison = this.#comparison(sample, truth);
      if (isObservationRole(use.role)) {
        const isShifted = (comparison?.shiftEvidence ?? 0) > AGREEMENT_LIMITS.shiftEvidence;
        const shiftDays = comparison === null ? null : isShifted ? comparison.bestShiftDays : 0;
        rows.push(agreementRow(about, use.role, sample.variable, comparison, shiftDays));
        if (comparison !== null) findings.push(...observationFindings(about, sample.variable, comparison));
        findings.push(...landFindings(about, this.#truths.get(truth)?.get(sample)));
      } else if (use.role === 'oi' || use.role === 'reconstruction') {
        const mistakes = await this.#mistakesOf(reading, use.area, truth);
        const shifted = mistakes.find(({ kind }) => kind === 'shifted-in-time');
        const shiftDays = shifted?.kind === 'shifted-in-time' ? shifted.days : 0;
        rows.push(agreementRow(about, use.role, sample.variable, comparison, shiftDays));
        findings.push(...mapFindings(about, sample.variable, comparison, mistakes));
      }
    }
    for (const { map, track, sample, found } of this.#atTracks) {
      const { values } = sample.sampler.places;
      const comparison = seenFromTheMap(compareAtShifts(values, found.atShifts), values);
      for (const { role, area, scenario } of map.uses) {
        if (area !== sample.area || !track.uses.some((use) => (use.scenario ?? scenario) === scenario))
          continue;
        const about = { path: map.file.path, area, scenario: scenario ?? null };
        const variable = map.report.variable ?? '';
        // Along one track the errors of a map hide a shift of it.
        rows.push(agreementRow(about, role, variable, comparison, null));
        findings.push(...mapFindings(about, variable, comparison, []));
      }
    }
    return { rows, findings };
  }

  /** The usual mistakes of maps, which a comparison at points does not tell apart. */
  async #mistakesOf(map: FileReading, area: string, truthPath: string): Promise<Mistake[]> {
    const truth = this.readings.get(truthPath)!;
    const { periods, areas } = this.#definition;
    try {
      return await findMistakes({
        reconstructionPath: map.file.localPath,
        reconstructionVariable: map.report.variable,
        referencePath: truth.file.localPath,
        referenceVariable: truth.report.variable,
        scoredBox: areas.find(({ id }) => id === area)!.scoredBox,
        period: periods.evaluation,
      });
    } catch (error) {
      // What cannot be read has its finding already.
      if (error instanceof RejectionError) return [];
      throw error;
    }
  }

  /** Every variable of every file that participants get, with what the truth of its area says. */
  comparedSamples(): ComparedSample[] {
    return [...this.readings.values()]
      .filter(({ role }) => !isReferenceRole(role))
      .flatMap((reading) =>
        reading.samples.map((sample) => {
          const comparisons = this.#definition.files
            .filter(({ role, area }) => role === 'truth' && area === sample.area)
            .flatMap(({ path }) => this.#comparison(sample, path) ?? []);
          const [nearest] = comparisons.sort((a, b) => b.largestCorrelation - a.largestCorrelation);
          return { reading, sample, comparison: nearest ?? null };
        }),
      );
  }

  #comparison(sample: VariableSample, truthPath: string): ShiftComparison | null {
    const found = this.#truths.get(truthPath)?.get(sample);
    if (found === undefined) return null;
    if (!this.#comparisons.has(found))
      this.#comparisons.set(found, compareAtShifts(sample.sampler.places.values, found.atShifts));
    return this.#comparisons.get(found)!;
  }

  #truthOf(area: string, scenario: string | undefined): string | null {
    const truth = this.#definition.files.find(
      (use) =>
        use.role === 'truth' &&
        use.area === area &&
        (use.scenario === undefined || scenario === undefined || use.scenario === scenario) &&
        this.#truths.has(use.path),
    );
    return truth?.path ?? null;
  }

  #usesOf(path: string): DatasetFile[] {
    return this.#definition.files.filter((use) => use.path === path);
  }

  /** Of a file with several roles the one that is withheld: it is the one that others are compared with. */
  #roleOf({ path }: LocatedFile): FileRole {
    const roles = this.#usesOf(path).map(({ role }) => role);
    return roles.find(isReferenceRole) ?? roles[0]!;
  }

  #context(file: LocatedFile): ReadingContext {
    const isTrack = (item: LocatedFile) =>
      ['observations', 'swath-observations', 'evaluation-track'].includes(this.#roleOf(item));
    const trackCount = this.files.filter(isTrack).length;
    const mapCount = this.files.length - trackCount;
    return {
      areas: this.#areas,
      days: this.days,
      previewSide: Math.min(
        MAX_PREVIEW_SIDE,
        Math.max(24, Math.floor(Math.sqrt(REPORT_SHARES.mapNodes / Math.max(1, mapCount)))),
      ),
      previewPoints: Math.min(
        MAX_PREVIEW_POINTS,
        Math.max(100, Math.floor(REPORT_SHARES.trackPoints / Math.max(1, trackCount))),
      ),
      onProgress: (fraction) => this.#report(fraction, file),
    };
  }

  #report(fraction: number, { path, sizeBytes }: LocatedFile): void {
    const done = this.#doneBytes + Math.min(1, fraction) * sizeBytes;
    this.options.onProgress?.((READING_SHARE * done) / Math.max(1, this.#totalBytes), `reading ${path}`);
  }
}

function agreementRow(
  about: { path: string; area: string; scenario: string | null },
  role: FileRole,
  variable: string,
  comparison: ShiftComparison | null,
  bestShiftDays: number | null,
): Agreement {
  return {
    ...about,
    role,
    variable,
    pointCount: comparison?.pointCount ?? 0,
    biasM: comparison?.bias ?? null,
    rmseM: comparison?.rmse ?? null,
    correlation: comparison?.correlation ?? null,
    bestShiftDays,
  };
}

/** The comparison of a track with a map, told the other way round: map − track. */
function seenFromTheMap(
  comparison: ShiftComparison | null,
  trackM: readonly number[],
): ShiftComparison | null {
  if (comparison === null) return null;
  const finite = trackM.filter((height) => Number.isFinite(height));
  const mean = finite.reduce((sum, height) => sum + height, 0) / finite.length;
  const variance = finite.reduce((sum, height) => sum + (height - mean) ** 2, 0) / finite.length;
  return {
    ...comparison,
    bias: -comparison.bias,
    slope: null,
    truthStd: Math.sqrt(variance),
    bestShiftDays: comparison.bestShiftDays === 0 ? 0 : -comparison.bestShiftDays,
  };
}

function landFindings(
  about: { path: string; area: string; scenario: string | null },
  found: TruthAtPlaces | undefined,
): DatasetFinding[] {
  if (found === undefined || found.insideCount === 0) return [];
  const share = found.onLandCount / found.insideCount;
  if (share <= AGREEMENT_LIMITS.landShare) return [];
  return [
    finding('warning', 'land-in-along-track', about, {
      found: `${(100 * share).toFixed(1)} % of the observations lie where the truth has no value`,
      needed: `observations at sea: at most ${100 * AGREEMENT_LIMITS.landShare} % near the coast of the truth`,
      fix: 'Take out measurements over land, and check longitudes and latitudes.',
    }),
  ];
}

/** Bytes of a file that tell what it is. */
const HEAD_BYTES = 512;

/** An empty file and a page of the web are told by name: both come of downloads that failed. */
async function refuseWhatIsNoData({ path, localPath, sizeBytes }: LocatedFile): Promise<void> {
  const texts = { where: path, expected: 'the data file itself' };
  const fix = 'Download it again, and compare its size with what the source says.';
  if (sizeBytes === 0)
    throw new RejectionError({ code: 'unreadable-file', found: 'the file is empty', fix, ...texts });
  const handle = await open(localPath, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    const text = head.toString('latin1', 0, bytesRead);
    if (/^\s*(<!doctype html|<html|<\?xml)/i.test(text))
      throw new RejectionError({
        code: 'unreadable-file',
        found:
          'it is a page of the web, not data; a login or an error page is often saved in the place of a file',
        fix,
        ...texts,
      });
  } finally {
    await handle.close();
  }
}

function brokenDown(path: string, found: string): RejectionError {
  return new RejectionError({
    code: 'decoding-limit-exceeded',
    where: path,
    found,
    expected: 'a file that can be read in small pieces: chunks of at most a few MiB',
    fix: 'Write the file again with plain settings, for example with xarray, and add that one.',
  });
}
