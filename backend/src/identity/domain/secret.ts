import { createHash, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
export const API_TOKEN_PREFIX = 'sil_';

/** Port to randomness. */
export type RandomBytes = (count: number) => Buffer;

/** 256 random bits for a cookie or a lease. */
export function newSecret(random: RandomBytes): string {
  return random(SECRET_BYTES).toString('base64url');
}

/** A secret that a person and a secret scanner recognise. */
export function newApiToken(random: RandomBytes): string {
  return `${API_TOKEN_PREFIX}${newSecret(random)}`;
}

/** What the database keeps of a secret: 256 random bits need no slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in a time that tells nothing about where the two differ. */
export function isSameSecret(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
