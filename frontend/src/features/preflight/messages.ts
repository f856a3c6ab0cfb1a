import type {
  CheckWarning,
  PreviewFrame,
  Protocol,
  RejectionReason,
  Scores,
  TaskExtent,
} from '@sillage/contracts';
import type { MistakeText, NetcdfInspection } from '@sillage/checking';

/** What a map may be compared with, where it is public: the truth, the withheld track, the map by OI. */
export type ReferenceFile = {
  kind: 'truth' | 'track' | 'oi';
  area: string;
  /** Null where it holds for every scenario of the area. */
  scenario: string | null;
  name: string;
  url: string;
  sizeBytes: number;
  sha256: string;
  variable: string | null;
};

export type CheckRequest = {
  kind: 'check';
  file: File;
  variable: string | null;
  tasks: TaskExtent[];
  onlyCovered: boolean;
};

/** A map of a set, and what it is to be scored on. */
export type SetCheckItem = {
  id: number;
  file: File;
  tasks: readonly TaskExtent[];
  onlyCovered: boolean;
  /** Its author has said that it may be sent: the server checks what was not checked here by then. */
  isReleased: boolean;
};

export type PracticeRequest = {
  kind: 'practice';
  file: File;
  variable: string | null;
  task: TaskExtent;
  protocol: Protocol;
  /** What the score is computed against, truth or track; null where it is not public. */
  judge: ReferenceFile | null;
  /** Maps in which the usual mistakes would show: the truth, else OI; null where neither is public. */
  likeness: ReferenceFile | null;
};

export type PreflightRequest = CheckRequest | PracticeRequest;

/** What the check of the server would say of a file, and what it holds. */
export type CheckReport = {
  /** Null where the file does not open, or the structure gate refuses it. */
  inspection: NetcdfInspection | null;
  /** Why the server would reject it; null if nothing stands against it. */
  rejection: RejectionReason | null;
  /** Variables that could be meant, where the choice is ambiguous. */
  candidates: string[];
  warnings: CheckWarning[];
  covered: { area: string; scenario: string }[];
  uncovered: { area: string; scenario: string }[];
  /** The first day that is scored (without a task: the first of the file). */
  preview: PreviewFrame | null;
  /** Width divided by height, as the box looks on a map. */
  aspect: number;
};

export type PracticeReport = {
  /** Null where there is no truth to score against, or the map is rejected. */
  scores: Scores | null;
  /** Why the server would reject it while scoring. */
  rejection: RejectionReason | null;
  warnings: CheckWarning[];
  /** Null where there is no map to look for them with. */
  mistakes: MistakeText[] | null;
};

export type PreflightReply =
  | { kind: 'progress'; fraction: number; activity: string }
  | { kind: 'checked'; report: CheckReport }
  | { kind: 'practised'; report: PracticeReport }
  | { kind: 'failed'; message: string };
