/** Something the person at the shell can mend: shown as one line, without a stack trace, exit status 1. */
export class CommandError extends Error {
  readonly tag = 'CommandError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}
