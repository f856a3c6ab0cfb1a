import type { Metadata } from 'next';
import Link from 'next/link';
import { paths } from '../lib/paths';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <div className="page-narrow">
      <h1>Nothing here</h1>
      <p className="lede" style={{ margin: '1rem 0 1.5rem' }}>
        No challenge, submission or page has this address. It may have been mistyped, or the thing it named
        was never registered.
      </p>
      <div className="button-row">
        <Link href={paths.challenges} className="button button-primary">
          All challenges
        </Link>
        <Link href={paths.submissions} className="button">
          My submissions
        </Link>
      </div>
    </div>
  );
}
