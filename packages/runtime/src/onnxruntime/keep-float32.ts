/**
 * Keeps CUDA from rounding the operands of convolutions to 11 bits (TF32), which moves single values of a normalised map by
 * as much as 0.02. ONNX Runtime's Node binding has no switch for it; CUDA's own is read when its libraries are loaded, so
 * call this before the first session.
 */
export function keepFloat32(): void {
  process.env['NVIDIA_TF32_OVERRIDE'] = '0';
}
