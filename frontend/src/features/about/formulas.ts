const identifier = (name: string) => `<mi>${name}</mi>`;
const mean = (over: string) =>
  `<msub><mi>mean</mi><mrow>${over}</mrow></msub><mspace width="0.25em"></mspace>`;
const square = (inner: string) => `<msup><mrow>${inner}</mrow><mn>2</mn></msup>`;
const root = (inner: string) => `<msqrt>${inner}</msqrt>`;
const fraction = (above: string, below: string) =>
  `<mfrac><mrow displaystyle="true">${above}</mrow><mrow displaystyle="true">${below}</mrow></mfrac>`;
const operator = (sign: string) => `<mo>${sign}</mo>`;

const DIFFERENCE = `<mo>(</mo>${identifier('m')}${operator('−')}${identifier('r')}<mo>)</mo>`;
const EVERYWHERE = `${identifier('t')}${operator(',')}${identifier('y')}${operator(',')}${identifier('x')}`;
const PLACES = `${identifier('y')}${operator(',')}${identifier('x')}`;
const ONE_MINUS = `<mn>1</mn>${operator('−')}`;

const rmsRatio = (over: string) =>
  fraction(root(`${mean(over)}${square(DIFFERENCE)}`), root(`${mean(over)}${square(identifier('r'))}`));

export const MU_FORMULA = `<mi>µ</mi>${operator('=')}${ONE_MINUS}${rmsRatio(EVERYWHERE)}`;

export const DAILY_FORMULA = `<msub><mi>RMSE</mi><mi>S</mi></msub><mo>(</mo><mi>t</mi><mo>)</mo>${operator('=')}${ONE_MINUS}${rmsRatio(PLACES)}`;

const DAILY = `<msub><mi>RMSE</mi><mi>S</mi></msub><mo>(</mo><mi>t</mi><mo>)</mo>`;

export const SIGMA_FORMULA = `<mi>σ</mi>${operator('=')}${root(
  `${mean(identifier('t'))}<msup><mrow>${DAILY}</mrow><mn>2</mn></msup>${operator('−')}<msup><mrow><mo>(</mo>${mean(identifier('t'))}${DAILY}<mo>)</mo></mrow><mn>2</mn></msup>`,
)}`;

export const PSD_FORMULA = `<mi>S</mi><mo>(</mo><msub><mi>f</mi><mi>t</mi></msub><mo>,</mo><msub><mi>f</mi><mi>x</mi></msub><mo>)</mo>${operator('=')}${ONE_MINUS}${fraction(
  `${mean(identifier('y'))}<mi>PSD</mi>${DIFFERENCE}`,
  `${mean(identifier('y'))}<mi>PSD</mi><mo>(</mo>${identifier('r')}<mo>)</mo>`,
)}`;
