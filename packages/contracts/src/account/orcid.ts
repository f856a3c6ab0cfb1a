import { z } from 'zod';

/**
 * Whether the last digit of an ORCID iD is the one that the others ask for.
 * Source: ISO 7064 MOD 11-2, https://support.orcid.org (structure of the ORCID identifier).
 *
 * @param orcid - 16 digits in four groups, `0000-0002-1825-0097`; the last may be `X`.
 */
export function hasOrcidChecksum(orcid: string): boolean {
  const digits = orcid.replaceAll('-', '');
  if (!/^\d{15}[\dX]$/.test(digits)) return false;
  let total = 0;
  for (const digit of digits.slice(0, 15)) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return digits.at(-1) === (check === 10 ? 'X' : String(check));
}

/** An ORCID iD, written as such or as its https://orcid.org address; kept as `0000-0002-1825-0097`. */
export const orcidSchema = z
  .string()
  .trim()
  .max(60)
  .transform((text) =>
    text
      .replace(/^(https?:\/\/)?(www\.)?orcid\.org\//i, '')
      .replace(/\/$/, '')
      .toUpperCase(),
  )
  .pipe(
    z
      .string()
      .regex(/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/, 'an ORCID iD looks like 0000-0002-1825-0097')
      .refine(hasOrcidChecksum, 'a digit of this ORCID iD is wrong: its checksum does not fit'),
  );
