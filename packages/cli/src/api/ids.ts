import { idSchema } from '@sillage/contracts';
import { CommandError } from '../command-error.js';

/** @throws CommandError that says where such ids are found, before the platform is asked in vain. */
const idOf =
  (what: string, where: string) =>
  (id: string): string => {
    if (idSchema.safeParse(id).success) return id;
    throw new CommandError(`'${id}' is not the id of ${what}; ${where}`);
  };

export const submissionId = idOf(
  'a submission',
  "'sillage submit' prints it, and its page has it in the address",
);
export const rescoreId = idOf('a re-score', "'sillage rescore list' prints them");
export const draftId = idOf('a draft', "'sillage draft list' prints them");
export const evaluationId = idOf(
  'an evaluation',
  "'sillage admin health' prints those that may be tried again",
);
