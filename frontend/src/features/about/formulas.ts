const identifier = (name: string) => `<mi>${name}</mi>`;
const mean = (over: string) => `<munder><mi>mean</mi><mrow>${over}</mrow></munder>`;
const square = (inner: string) => `<msup><mrow>${inner}</mrow><mn>2</mn></msup>`;
const root = (inner: string) => `<msqrt>${inner}</msqrt>`;
const fraction = (above: string, below: string) => `<mfrac><mrow>${above}</mrow><mrow>${below}</mrow></mfrac>`;
const operator = (sign: string) => `<mo>${sign}</mo>`;

const DIFFERENCE = `<mo>(</mo>${identifier('m')}${operator('−')}${identifier('r')}<mo>)</mo>`;
const EVERYWHERE = `${identifier('t')}${operator(',')}${identifier('y')}${operator(',')}${identifier('x')}`;
const PLACES = `${identifier('y')}${operator(',')}${identifier('x')}`;
const ONE_MINUS = `<mn>1</mn>${operator('−')}`;

const rmsRatio = (over: string) =>
  fraction(root(`${mean(over)}${square(DIFFERENCE)}`), root(`${mean(over)}${square(identifier('r'))}`));

export const MU_FORMULA = `<mi>µ</mi>${operator('=')}${ONE_MINUS}${rmsRatio(EVERYWHERE)}`;

export const DAILY_FORMULA = `<msub><mi>RMSE</mi><mi>S</mi></msub><mo>(</mo><mi>t</mi><mo>)</mo>${operator('=')}${ONE_MINUS}${rmsRatio(PLACES)}`;

export const SIGMA_FORMULA = `<mi>σ</mi>${operator('=')}${root(
  `${mean(identifier('t'))}${square(
    `<mo>(</mo><msub><mi>RMSE</mi><mi>S</mi></msub><mo>(</mo><mi>t</mi><mo>)</mo>${operator('−')}<mover><msub><mi>RMSE</mi><mi>S</mi></msub><mo>¯</mo></mover><mo>)</mo>`,
  )}`,
)}`;

export const PSD_FORMULA = `<mi>S</mi><mo>(</mo><msub><mi>f</mi><mi>t</mi></msub><mo>,</mo><msub><mi>f</mi><mi>x</mi></msub><mo>)</mo>${operator('=')}${ONE_MINUS}${fraction(
  `${mean(identifier('y'))}<mi>PSD</mi>${DIFFERENCE}`,
  `${mean(identifier('y'))}<mi>PSD</mi><mo>(</mo>${identifier('r')}<mo>)</mo>`,
)}`;
