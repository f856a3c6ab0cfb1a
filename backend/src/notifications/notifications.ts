/** What other parts of the platform, in this process or another one, may need to hear at once. */
export type Notice =
  | { kind: 'job-queued' }
  /** Scores of this board changed. */
  | { kind: 'board-changed'; taskId: string }
  /** A challenge got a new dataset version. */
  | { kind: 'challenge-changed'; challengeId: string }
  /** Another request wants to go on with it: whoever writes it now lets go. */
  | { kind: 'upload-wanted'; uploadId: string };

/** What a subscriber hears: the notices, and that some may not have reached this process. */
export type Heard = Notice | { kind: 'notices-missed' };

/** Port to messages between API processes. A message is a hint: whoever misses one only learns later. */
export abstract class Notifications {
  /** Inside a transaction the notice goes out when that is committed, and not at all if it is not. */
  abstract publish(notice: Notice): Promise<void>;

  /** @returns a function that ends the subscription. */
  abstract subscribe(handler: (heard: Heard) => void): () => void;

  /** Whether notices of other processes arrive right now; a cache trusts itself only then. */
  abstract readonly isConnected: boolean;
}
