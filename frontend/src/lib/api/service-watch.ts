const REMEMBERED_MS = 1_000;

/**
 * Whether the API is down, known before a page begins: only then can its status be 503. Asked at most once a second.
 * A slow answer is not taken for a failure, since the page itself waits longer.
 */
export function createServiceWatch(
  ask: () => Promise<{ status: number }>,
  now: () => number = Date.now,
): () => Promise<boolean> {
  let known: { atMs: number; isDown: Promise<boolean> } | null = null;
  return () => {
    if (known === null || now() - known.atMs >= REMEMBERED_MS) known = { atMs: now(), isDown: isDown(ask()) };
    return known.isDown;
  };
}

async function isDown(answer: Promise<{ status: number }>): Promise<boolean> {
  try {
    return (await answer).status >= 500;
  } catch (error) {
    return !(error instanceof DOMException && error.name === 'TimeoutError');
  }
}
