import type { Box, RejectionReason } from '@sillage/contracts';

/** What weights say about their network, and what a manifest says about them; words, ready to be shown. */
export type NetworkFacts = {
  architecture: string;
  parameterCount: number;
  days: number;
  sizes: readonly { name: string; value: string }[];
  inputs: readonly { kind: 'observations' | 'oi' | 'sst'; from: 'task' | 'computed' }[];
  hasManifest: boolean;
  /** Keys of the manifest, and who tells each: the manifest, a place in a hydra configuration, the checkpoint, a default. */
  settings: readonly { key: string; value: string; from: string }[];
  /** Keys that nothing tells and that a manifest must have. */
  missing: readonly { key: string; meaning: string; reason: string | null }[];
  warnings: readonly string[];
};

/** What was found in a chosen file, with the manifest that stood in the form. */
export type NetworkLook = {
  /** Null where the file itself would be refused. */
  facts: NetworkFacts | null;
  /** What the server would say of the file, or of this manifest for it; a manifest that only lacks keys is not refused here. */
  rejection: RejectionReason | null;
  /** A manifest to go on from: what the text and the file say, the rest as comments. Null where there is none to make. */
  template: string | null;
  /** The same from the file alone. */
  ownTemplate: string | null;
};

/** The manifest of a form, or null where it is empty and the chosen weights carry one: the platform then takes theirs. */
export function manifestToSend(text: string, look: NetworkLook | null): string | null {
  return text.trim() === '' && look?.facts?.hasManifest === true ? null : text;
}

/** Each request is answered once, in turn; an answer tells which. */
export type NetworkLookRequest = { id: number; file: File } & AskedOfNetwork;
/** How a network is to be run, and on which boxes. */
export type AskedOfNetwork = { manifestText: string; boxes: readonly Box[] };
export type NetworkLookReply =
  | { kind: 'look'; id: number; look: NetworkLook }
  /** An ONNX file: another reader looks into those. */
  | { kind: 'no-weights'; id: number }
  | { kind: 'failed'; id: number; message: string };
