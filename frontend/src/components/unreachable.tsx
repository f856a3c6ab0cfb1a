import Link from 'next/link';
import { Notice } from './notice';

/** Said plainly when the API does not answer: what that means for the visitor and what to do. */
export function Unreachable({ retryHref }: { retryHref: string }) {
  return (
    <div className="page-narrow">
      <h1>The service is unreachable</h1>
      <p className="lede" style={{ margin: '1rem 0 1.5rem' }}>
        This page is up, but the part of Sillage that holds challenges, submissions and scores does not
        answer.
      </p>
      <Notice title="Nothing is lost">
        <p>
          Submissions that were accepted stay in the queue and are scored when the service is back. An upload
          that was interrupted goes on where it stopped: open the submit page again and choose the same file.
        </p>
        <p>
          Wait half a minute and try again. If you run Sillage yourself, look at the terminal of{' '}
          <code>npm start</code>.
        </p>
        <p>
          <Link href={retryHref} className="button button-primary" prefetch={false}>
            Try again
          </Link>
        </p>
      </Notice>
    </div>
  );
}
