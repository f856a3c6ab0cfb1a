import { z } from 'zod';

/** Lower-case letters, digits and single hyphens: what may stand in a URL and in a folder name. */
export const slugSchema = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens, like "demo-osse"');

/** SHA-256 of a file's bytes, lower-case hexadecimal: the name of every stored object. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 has 64 hexadecimal digits');

/** A UTC calendar day, `YYYY-MM-DD`. */
export const isoDaySchema = z.iso.date();

/** An instant, ISO 8601 in UTC. */
export const isoInstantSchema = z.iso.datetime();

export const idSchema = z.uuid();
