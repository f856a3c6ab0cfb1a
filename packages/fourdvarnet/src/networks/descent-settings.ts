/** Settings that several families share; the names are those of the manifest, in camel case. */
export type PriorSettings = {
  /** φ works on averages over blocks of this many points; null: on the grid itself. */
  readonly priorDownsamp: number | null;
  /** Whether the bilinear term is the square of `bilin_21`, or its product with `bilin_22`. */
  readonly bilinQuad: boolean;
};

export type DescentSettings = PriorSettings & {
  readonly nStep: number;
  /** λ: how much of the plain gradient goes into an update. */
  readonly lrGrad: number;
  /** w: the weight of the observation cost. Where a code base has `lbd`, it is lbd². */
  readonly obsWeight: number;
  /** The first state: observations, 0 where there are none, or 0 everywhere. */
  readonly init: 'obs' | 'zero';
  /** What a point without observation is: `nan`, not part of the observation cost; `zero`, observed as 0. */
  readonly inputFill: 'nan' | 'zero';
  /** Whether the result is φ(x) rather than x. */
  readonly finalProjection: boolean;
};

type PriorManifest = { prior_downsamp: number | null; bilin_quad: boolean };

export function priorSettings(manifest: PriorManifest): PriorSettings {
  return { priorDownsamp: manifest.prior_downsamp, bilinQuad: manifest.bilin_quad };
}

export function descentSettings(
  manifest: PriorManifest &
    Pick<DescentSettings, 'init'> & {
      n_step: number;
      lr_grad: number;
      obs_weight: number;
      input_fill: DescentSettings['inputFill'];
      final_projection: boolean;
    },
): DescentSettings {
  return {
    ...priorSettings(manifest),
    nStep: manifest.n_step,
    lrGrad: manifest.lr_grad,
    obsWeight: manifest.obs_weight,
    init: manifest.init,
    inputFill: manifest.input_fill,
    finalProjection: manifest.final_projection,
  };
}
