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

/** What breaks a line, steers a terminal, or turns the direction of the text after it. */
const STEERING = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;
const STEERING_BUT_LINES = /[^\P{Cc}\n\t]+|[\u202a-\u202e\u2066-\u2069]+/gu;

/** A name, or another text of one line, that others read on pages, in mails and in terminals: what would steer those is a space. */
export const lineSchema = z.string().overwrite((text) => text.replace(STEERING, ' ').trim());

/** The same for a text of several lines. */
export const paragraphSchema = z
  .string()
  .overwrite((text) => text.replaceAll('\r\n', '\n').replace(STEERING_BUT_LINES, ' ').trim());
