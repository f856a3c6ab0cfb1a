export type OnnxErrorCode =
  | 'not-onnx'
  | 'too-large'
  | 'unsupported-operator-set'
  | 'unsupported-operator'
  | 'unsupported-type'
  | 'external-data'
  | 'non-finite-weight';

/** An ONNX file that is not taken: what was found, what is taken, how to change it. */
export class OnnxError extends Error {
  readonly tag = 'onnx';
  readonly code: OnnxErrorCode;

  constructor(code: OnnxErrorCode, message: string) {
    super(message);
    this.name = 'OnnxError';
    this.code = code;
  }
}
