import type { StarterSettings } from '../families/starter/network.js';

/** The base configuration of 4dvarnet-starter, for tests to vary. */
export const BASE_SETTINGS: StarterSettings = {
  architecture: 'starter',
  nStep: 10,
  lrGrad: 1000,
  priorDownsamp: 2,
  gradDownsamp: null,
  bilinQuad: false,
  obsWeight: 1,
  init: 'obs',
  inputFill: 'nan',
  finalProjection: true,
};
