import { Notice } from '../../../components/notice';
import type { BoardChallenge } from '../choose-board';

/** Said above everything that is not of the current dataset version. */
export function OlderVersionNotice({
  challenge,
  currentHref,
}: {
  challenge: BoardChallenge;
  /** The same view of the current version. */
  currentHref: string;
}) {
  if (challenge.olderVersion === null) return null;
  return (
    <Notice
      tone="warning"
      title={`This is the board of dataset ${challenge.olderVersion}, not the current one`}
    >
      <p>
        Its scores stay as they were; new entries are scored on the current version. Numbers of two versions
        are not comparable. <a href={currentHref}>See the current board</a>
      </p>
    </Notice>
  );
}
