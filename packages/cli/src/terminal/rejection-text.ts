import { REJECTION_TITLES, type RejectionReason } from '@sillage/contracts';

/** Why something is not taken, in the words of the platform. */
export function rejectionText({ code, where, found, expected, fix }: RejectionReason): string {
  return `${REJECTION_TITLES[code]}. ${where}: ${found}; needed: ${expected}. ${fix}`;
}
