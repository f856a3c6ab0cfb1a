import type { RejectionCode, RejectionReason } from '@sillage/contracts';

/** A fault that the participant can mend. Everything else that is thrown here is ours. */
export class RejectionError extends Error {
  readonly tag = 'RejectionError';
  readonly reason: RejectionReason;

  constructor(reason: RejectionReason, options?: ErrorOptions) {
    super(rejectionSentence(reason), options);
    this.name = 'RejectionError';
    this.reason = reason;
  }

  get code(): RejectionCode {
    return this.reason.code;
  }
}

/** The whole reason on one line, as the command line prints it. */
export function rejectionSentence(reason: RejectionReason): string {
  return `${reason.where}: ${reason.found}; needed: ${reason.expected}. ${reason.fix}`;
}
