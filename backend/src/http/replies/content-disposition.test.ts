import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachment } from './content-disposition.js';

describe('attachment', () => {
  it('gives the name twice: plain, and in full', () => {
    expect(attachment('carte d’été (1).nc')).toBe(
      `attachment; filename="carte d__t_ (1).nc"; filename*=UTF-8''carte%20d%E2%80%99%C3%A9t%C3%A9%20%281%29.nc`,
    );
  });

  it('lets no name end the header or the quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(attachment(name)).toMatch(
          /^attachment; filename="[^"\\\r\n]*"; filename\*=UTF-8''[A-Za-z0-9%._~!-]*$/,
        );
      }),
    );
  });
});
