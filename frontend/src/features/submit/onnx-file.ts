import { FORMAT_START_BYTES, networkFileFormat } from '@sillage/fourdvarnet/file-format';
import type { OnnxFileFacts } from './onnx-contract';

/** Bytes: a larger file would hold up the page; its contract is then written by hand. */
const LARGEST_FILE = 128 * 2 ** 20;

/** What the browser found in a file: an ONNX graph, one that the platform will refuse, or nothing that it can say. */
export type OnnxReading =
  | { state: 'read'; facts: OnnxFileFacts }
  | { state: 'refused'; message: string }
  | { state: 'not-read' };

/** Looks into a file that may be an ONNX network, with the reader of the platform's own check; nothing of it is run. */
export async function readOnnxFile(file: Blob): Promise<OnnxReading> {
  const start = new Uint8Array(await file.slice(0, FORMAT_START_BYTES).arrayBuffer());
  if (networkFileFormat(start) !== 'onnx' || file.size > LARGEST_FILE) return { state: 'not-read' };
  const [{ inspectOnnx }, bytes] = await Promise.all([
    import('@sillage/fourdvarnet/inspect-onnx'),
    file.arrayBuffer(),
  ]);
  try {
    const { inputs, outputs } = inspectOnnx(new Uint8Array(bytes));
    return { state: 'read', facts: { inputs, outputs } };
  } catch (error) {
    if (error instanceof Error && 'tag' in error && error.tag === 'onnx')
      return { state: 'refused', message: error.message };
    throw error;
  }
}
