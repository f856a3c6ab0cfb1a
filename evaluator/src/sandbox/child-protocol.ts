import { previewFrameSchema, rejectionReasonSchema } from '@sillage/contracts';
import { z } from 'zod';

/** File descriptor on which the child writes one JSON object per line; stdout and stderr stay free for stray prints. */
export const REPLY_DESCRIPTOR = 3;

/** A longer line from a child is a fault: scores and warnings are small, everything large goes through files. */
export const MAX_REPLY_LINE_BYTES = 2 ** 20;

/** What a child is asked to do: one JSON line on its stdin. The work of that name says what else is in it. */
export const childJobSchema = z.looseObject({ step: z.string() });

/** What a child says. Hostile input may have taken it over, so the parent parses every line. */
export const childReplySchema = z.discriminatedUnion('type', [
  /** Modules are loaded, the job may come. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('progress'), progress: z.number().min(0).max(1), activity: z.string() }),
  /** The file that is read from now on, as its challenge names it. */
  z.object({ type: z.literal('file'), path: z.string() }),
  /** A day of a map that is being computed. */
  z.object({ type: z.literal('frame'), frame: previewFrameSchema }),
  /** Parsed by the work that was asked for. */
  z.object({ type: z.literal('result'), result: z.unknown() }),
  z.object({ type: z.literal('rejected'), reason: rejectionReasonSchema }),
  /** An exception that is not the participant's fault. `lacks`: an allocation was refused, or the disk is full. */
  z.object({
    type: z.literal('error'),
    message: z.string(),
    lacks: z.enum(['memory', 'disk']).nullable().default(null),
  }),
]);
export type ChildReply = z.infer<typeof childReplySchema>;
