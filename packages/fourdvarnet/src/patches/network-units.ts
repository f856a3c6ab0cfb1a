/** Mean and standard deviation that turn heights (or temperatures) into network units. */
export type Scaling = { readonly mean: number; readonly std: number };

/**
 * (v − mean) / std in place, every step rounded to float32 as numpy and torch do it; NaN stays NaN.
 *
 * Source: `post_fn` of the 4DVarNet code bases: values are float32 before they are normalised.
 */
export function toNetworkUnits(values: Float32Array, { mean, std }: Scaling): void {
  const meanF = Math.fround(mean);
  const stdF = Math.fround(std);
  for (let index = 0; index < values.length; index++)
    values[index] = Math.fround(values[index]! - meanF) / stdF;
}

/** v·std + mean in place, every step rounded to float32. */
export function fromNetworkUnits(values: Float32Array, { mean, std }: Scaling): void {
  const meanF = Math.fround(mean);
  const stdF = Math.fround(std);
  for (let index = 0; index < values.length; index++)
    values[index] = Math.fround(values[index]! * stdF) + meanF;
}
