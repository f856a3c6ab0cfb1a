import type { RejectionCode, RejectionReason } from '@sillage/contracts';

/** A fault that the participant can mend. Everything else that is thrown here is ours. */
export class RejectionError extends Error {
  readonly tag = 'RejectionError';
  override readonly name: string = 'RejectionError';
  readonly reason: RejectionReason;

  constructor(reason: RejectionReason, options?: ErrorOptions) {
    super(rejectionSentence(reason), options);
    this.reason = reason;
  }

  get code(): RejectionCode {
    return this.reason.code;
  }
}

/** The reference itself cannot be scored against: nothing that a participant could mend. */
export class UnusableReferenceError extends RejectionError {
  override readonly name = 'UnusableReferenceError';
}

/** Runs what only looks at the reference, so that its faults are not the participant's. */
export async function blamingReference<Result>(look: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RejectionError)) throw error;
    throw new UnusableReferenceError(error.reason, { cause: error });
  }
}

/** The whole reason on one line, as the command line prints it. */
export function rejectionSentence(reason: RejectionReason): string {
  return `${reason.where}: ${reason.found}; needed: ${reason.expected}. ${reason.fix}`;
}
