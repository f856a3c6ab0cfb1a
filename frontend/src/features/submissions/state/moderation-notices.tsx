import type { Moderation } from '@sillage/contracts';
import { Notice } from '../../../components/notice';
import { formatInstant } from '../../../lib/format-time';

/** What the organisers said of an entry, for whoever finds its page. */
export function ModerationNotices({ moderation, isMine }: { moderation: Moderation; isMine: boolean }) {
  const { hidden, verified, disqualified } = moderation;
  return (
    <>
      {hidden === null ? null : (
        <Notice tone="warning" title="The organisers hid this entry">
          <Said at={hidden.at} reason={hidden.reason} />
          <p>
            It is on no board, and nobody finds this page but {isMine ? 'you' : 'its author'} and the
            organisers.
          </p>
        </Notice>
      )}
      {disqualified === null ? null : (
        <Notice tone="danger" title="Disqualified by the organisers">
          <Said at={disqualified.at} reason={disqualified.reason} />
          <p>It has no rank and is on no board. Its scores are shown as they were computed.</p>
        </Notice>
      )}
      {verified === null ? null : (
        <Notice tone="good" title="Verified by the organisers">
          <Said at={verified.at} reason={verified.reason} />
        </Notice>
      )}
    </>
  );
}

function Said({ at, reason }: { at: string; reason: string }) {
  return (
    <p style={{ overflowWrap: 'anywhere' }}>
      <time dateTime={at}>{formatInstant(at)}</time>: {reason}
    </p>
  );
}
