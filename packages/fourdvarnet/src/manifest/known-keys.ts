import type { PatchWeights } from '../checkpoint/recognition/recognised-network.js';
import { familyOf, type RecognisedNetwork } from '../families/families.js';
import type { RawManifest } from './raw-manifest.js';
import { storedRecipe } from './stored-recipe.js';

/** What a checkpoint itself says about its manifest. */
export function knownKeys(network: RecognisedNetwork): RawManifest {
  const { patchWeights } = network;
  return {
    architecture: network.architecture,
    ...(patchWeights === null ? {} : patchKeys(patchWeights)),
    ...familyOf(network.architecture).known(network),
  };
}

function patchKeys(stored: PatchWeights): RawManifest {
  const { days, lat, lon } = stored.patch;
  const recipe = storedRecipe(stored);
  return {
    patch: { time: days, lat, lon },
    ...(recipe === null ? {} : { reconstruction_weight: recipe }),
  };
}
