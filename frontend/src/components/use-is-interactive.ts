'use client';

import { useSyncExternalStore } from 'react';

const nothingToWatch = () => () => undefined;

/** False on the server and until the scripts have taken over: a form sent before that would be lost. */
export function useIsInteractive(): boolean {
  return useSyncExternalStore(
    nothingToWatch,
    () => true,
    () => false,
  );
}
