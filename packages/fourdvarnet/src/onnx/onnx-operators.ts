/**
 * Operators of the standard domain that a submission may use: those that turn tensors into tensors, always in the same way.
 *
 * Missing are `Loop`, `Scan` and `If`, since the work of a network shall follow from its shapes (a loop may ask for 2⁶²
 * rounds); random numbers, since a network shall give the same map twice; sequences, optionals, strings and images.
 *
 * Source: the operator list of the ONNX standard, opset 24.
 */
export const TAKEN_OPERATORS: ReadonlySet<string> = new Set(
  `
  Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization BitShift BitwiseAnd
  BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Celu CenterCropPad Clip Col2Im Compress Concat Constant
  ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumSum DFT DeformConv DepthToSpace DequantizeLinear Det Div Dropout
  DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm
  GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization HammingWindow HannWindow
  HardSigmoid HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less
  LessOrEqual Log LogSoftmax LpNormalization LpPool MatMul MatMulInteger Max MaxPool MaxUnpool Mean MeanVarianceNormalization
  Min Mish Mod Mul Neg NonZero Not OneHot Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN Range
  Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare
  Relu Reshape Resize ReverseSequence RotaryEmbedding Round STFT Scatter ScatterElements ScatterND Selu Shape Shrink Sigmoid
  Sign Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh TensorScatter
  ThresholdedRelu Tile TopK Transpose Trilu Unique Unsqueeze Upsample Where Xor
  `
    .trim()
    .split(/\s+/),
);

/** Why an operator that exists is not taken. */
export function refusalOf(operator: string): string {
  if (/^(Loop|Scan|If|SequenceMap)$/.test(operator)) {
    return 'control flow is not taken, since the work of a network must follow from its shapes; export it unrolled, with fixed shapes';
  }
  if (/^(Random.*|Bernoulli|Multinomial)$/.test(operator)) {
    return 'random numbers are not taken, since a network must give the same map twice; store the numbers as a constant';
  }
  if (
    /^(Sequence.*|ConcatFromSequence|SplitToSequence|Optional.*|String.*|RegexFullMatch|TfIdfVectorizer|ImageDecoder)$/.test(
      operator,
    )
  ) {
    return 'only operators on tensors of numbers are taken';
  }
  return 'it is not an operator of the ONNX standard that is taken here';
}
