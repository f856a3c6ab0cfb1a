import type { SubmissionView } from '@sillage/contracts';
import { Notice } from '../../../components/notice';
import { formatInstant } from '../../../lib/format-time';

/** When, by whom and why an entry was withdrawn: what whoever cited it finds. */
export function Tombstone({ submission }: { submission: SubmissionView }) {
  const { withdrawal, isMine } = submission;
  if (withdrawal === null) return null;
  const who =
    withdrawal.by === 'organiser' ? 'by an organiser' : isMine ? 'by you' : `by ${submission.author}`;
  return (
    <Notice tone="warning" title="This entry was withdrawn">
      <p>
        It was withdrawn {who} on <time dateTime={withdrawal.at}>{formatInstant(withdrawal.at)}</time>
        {withdrawal.reason === '' ? '. No reason was given.' : ':'}
      </p>
      {withdrawal.reason === '' ? null : (
        <blockquote style={{ margin: '0.5rem 0', overflowWrap: 'anywhere' }}>{withdrawal.reason}</blockquote>
      )}
      <p>
        {submission.evaluations.length === 0
          ? 'It is on no board, and its scores and files are not shown any more. This page stays, so that a citation of it leads somewhere.'
          : 'It is on no board. Others find this note without scores and files; you still see both.'}
      </p>
    </Notice>
  );
}
