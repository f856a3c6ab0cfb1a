import { CommandError } from '../command-error.js';
import { ApiError } from './api-error.js';

const PATIENCE_MS = 120_000; // ms: a restart of the platform must not end a wait

/** Of a command that asks again and again: how long the platform may be away. */
export class Patience {
  #awaySinceMs: number | null = null;

  /** The answer; null while the platform is away and may come back. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer | null> {
    try {
      const answer = await question();
      this.#awaySinceMs = null;
      return answer;
    } catch (error) {
      if (!(error instanceof CommandError) || isAnswer(error)) throw error;
      this.#awaySinceMs ??= performance.now();
      if (performance.now() - this.#awaySinceMs > PATIENCE_MS) throw error;
      return null;
    }
  }
}

/** What the platform says of the question itself, and would say again. */
function isAnswer(error: CommandError): boolean {
  return (
    error instanceof ApiError &&
    error.code !== 'backend-unavailable' &&
    error.code !== 'database-unavailable' &&
    error.code !== 'stopping' &&
    error.code !== 'too-many-requests'
  );
}
