'use client';

import { useEffect, useState } from 'react';

/**
 * What stands behind `#` in a mailed link: servers and their logs never see it. Null until the page runs; it is taken out of the
 * address at once, so that a copied address gives nothing away.
 */
export function useLinkSecret(): string | null {
  const [secret, setSecret] = useState<string | null>(null);
  useEffect(() => {
    const found = decodeURIComponent(window.location.hash.slice(1));
    if (found !== '') window.history.replaceState(null, '', window.location.pathname);
    setSecret(found);
  }, []);
  return secret;
}
