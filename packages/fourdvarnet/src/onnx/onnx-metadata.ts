import protobuf from 'protobufjs/minimal.js';
import { MODEL } from './onnx-fields.js';
import { wireFields } from './wire-fields.js';

/** Fields of a StringStringEntryProto, by the number that the standard gives them. */
const ENTRY = { key: 1, value: 2 } as const;
const BYTES = 2;

/**
 * The texts that travel with an ONNX file (`metadata_props`), the last one of each key.
 *
 * @throws OnnxError `not-onnx`.
 */
export function onnxMetadata(bytes: Uint8Array): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  const decoder = new TextDecoder();
  for (const field of wireFields(bytes)) {
    if (field.number !== MODEL.metadataProps || field.kind !== 'bytes') continue;
    const entry = { key: '', value: '' };
    for (const part of wireFields(field.bytes)) {
      if (part.kind !== 'bytes') continue;
      if (part.number === ENTRY.key) entry.key = decoder.decode(part.bytes);
      if (part.number === ENTRY.value) entry.value = decoder.decode(part.bytes);
    }
    metadata.set(entry.key, entry.value);
  }
  return metadata;
}

/** The same file with a text more: fields of a message may come in any order, so it is appended. */
export function withOnnxMetadata(bytes: Uint8Array, key: string, value: string): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32((MODEL.metadataProps << 3) | BYTES).fork();
  writer.uint32((ENTRY.key << 3) | BYTES).string(key);
  writer.uint32((ENTRY.value << 3) | BYTES).string(value);
  writer.ldelim();
  const appended = writer.finish();
  const result = new Uint8Array(bytes.length + appended.length);
  result.set(bytes);
  result.set(appended, bytes.length);
  return result;
}
