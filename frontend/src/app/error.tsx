'use client';

import { useEffect } from 'react';

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  useEffect(() => {
    console.error(error);
  }, [error]);

  return (
    <div className="page-narrow">
      <h1>This page failed</h1>
      <p className="lede" style={{ margin: '1rem 0 1.5rem' }}>
        The fault is ours, not yours, and nothing you sent is lost. Try once more; if it stays, tell the
        people who run this Sillage{error.digest === undefined ? '' : `, with the mark ${error.digest}`}.
      </p>
      <button type="button" className="button button-primary" onClick={reset}>
        Try again
      </button>
    </div>
  );
}
