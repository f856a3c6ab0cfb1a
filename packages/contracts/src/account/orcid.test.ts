import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasOrcidChecksum, orcidSchema } from './orcid.js';

/** From the documentation of ORCID, and two that are in use. */
const VALID = ['0000-0002-1825-0097', '0000-0001-5109-3700', '0000-0002-1694-233X'];

describe('orcidSchema', () => {
  test.each(VALID)('takes %s, as its address too', (orcid) => {
    expect(orcidSchema.parse(orcid)).toBe(orcid);
    expect(orcidSchema.parse(` https://orcid.org/${orcid.toLowerCase()}/ `)).toBe(orcid);
  });

  test.each([
    { text: '0000-0002-1825-0098', message: /checksum/ },
    { text: '0000000218250097', message: /looks like/ },
    { text: '0000-0002-1825-009', message: /looks like/ },
    { text: 'https://example.org/0000-0002-1825-0097', message: /looks like/ },
    { text: 'X000-0002-1825-0097', message: /looks like/ },
  ])('refuses $text', ({ text, message }) => {
    expect(orcidSchema.safeParse(text).error?.issues[0]?.message).toMatch(message);
  });

  test('notices every single wrong digit and every swap of two neighbours', () => {
    const groups = (digits: string) => digits.replace(/(.{4})(?=.)/g, '$1-');
    fc.assert(
      fc.property(
        fc.constantFrom(...VALID),
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 1, max: 9 }),
        (orcid, index, step) => {
          const digits = [...orcid.replaceAll('-', '')];
          const changed = [...digits];
          changed[index] = String((Number(digits[index]) + step) % 10);
          expect(hasOrcidChecksum(groups(changed.join('')))).toBe(false);
          const swapped = [...digits];
          const next = Math.min(index + 1, 14);
          [swapped[index], swapped[next]] = [digits[next] ?? '', digits[index] ?? ''];
          if (swapped.join('') !== digits.join(''))
            expect(hasOrcidChecksum(groups(swapped.join('')))).toBe(false);
        },
      ),
    );
  });
});
