import { isAlongTrackProtocol, type DisclosureLevel, type FileRole, type Protocol } from '@sillage/contracts';

/** What is shown of a challenge. Along a track there is no truth: the withheld altimeter is what may be downloaded or not. */
export function disclosureTexts({
  disclosure,
  protocol,
}: {
  disclosure: DisclosureLevel;
  protocol: Protocol;
}): {
  name: string;
  text: string;
} {
  const reference = isAlongTrackProtocol(protocol) ? 'evaluation track' : 'truth';
  switch (disclosure) {
    case 'practice':
      return {
        name: `practice: ${reference} is public`,
        text: `The ${reference} can be downloaded, so every diagnostic is shown at full resolution. Nothing here is a blind test.`,
      };
    case 'public-test':
      return {
        name: `public test: ${reference} is withheld`,
        text: `The ${reference} cannot be downloaded. Scores are rounded to their standard error, and of your own entries only those are told that are clearly better than what you were told before. Maps are shown without truth and error; curves and boxes are withheld, since they would give the truth away.`,
      };
    case 'blind':
      return {
        name: 'blind: nothing until it closes',
        text: `The ${reference} cannot be downloaded, and no score is shown until the challenge closes.`,
      };
  }
}

export const FILE_ROLE_TEXTS: Record<FileRole, { name: string; text: string }> = {
  observations: {
    name: 'Along track',
    text: 'What a method may use: sea surface height along the satellites’ tracks.',
  },
  'swath-observations': {
    name: 'Swath',
    text: 'What a method may use: sea surface height in the two swaths of SWOT’s KaRIn, lines × cells.',
  },
  'gridded-observations': {
    name: 'Gridded observations',
    text: 'The same observations as one map a day, empty where no satellite passed.',
  },
  oi: {
    name: 'OI baseline',
    text: 'The optimal interpolation of these observations, the reference of the board.',
  },
  reconstruction: {
    name: 'Reference maps',
    text: 'Maps of another reference of the board.',
  },
  network: { name: 'Network', text: 'The weights of a reference that the platform runs itself.' },
  'network-manifest': { name: 'Manifest', text: 'How the network of a reference is run.' },
  sst: { name: 'SST', text: 'Sea surface temperature on a grid, for methods that use it.' },
  mask: { name: 'Mask', text: 'Where the ocean is.' },
  truth: { name: 'Truth', text: 'The sea surface height that reconstructions are compared with.' },
  'evaluation-track': {
    name: 'Withheld track',
    text: 'The track of the altimeter that no method may use: reconstructions are compared with it.',
  },
};

export const PROTOCOL_TEXTS: Record<Protocol, { name: string; text: string }> = {
  'osse-2020a': {
    name: 'osse-2020a',
    text: 'The scores of the 2020a SSH mapping challenge: global RMSE score, and the first 0.5 contour of the wavenumber–frequency PSD score. The reconstruction is brought onto the grid of the truth by trilinear interpolation.',
  },
  'osse-natl': {
    name: 'osse-natl',
    text: 'The scores of osse-2020a with a rule for land: for the spectrum, both fields are 0 m where the reference has no value, so that latitude rows with a coast count too. µ and σ skip land.',
  },
  'ose-2021a': {
    name: 'ose-2021a',
    text: 'The scores of the 2021a SSH mapping OSE challenge along the track of a withheld altimeter, with every quirk of its code: daily RMSE scores, and the wavelength where the PSD score is 0.5.',
  },
  'ose-along-track': {
    name: 'ose-along-track',
    text: 'Scores along the track of a withheld altimeter: daily RMSE scores, and the wavelength where the PSD score is 0.5. As ose-2021a, without the quirks of its code.',
  },
};
