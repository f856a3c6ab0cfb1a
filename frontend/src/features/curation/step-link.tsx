'use client';

import type { MouseEvent, ReactNode } from 'react';
import { paths } from '../../lib/paths';
import type { StepId } from './wizard-steps';

/** Followed without a request for the page: what stands in the fields stays. */
export function StepLink({
  draft,
  step,
  isHere,
  className,
  children,
}: {
  draft: string;
  step: StepId;
  isHere?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const href = paths.adminDraft(draft, { step });
  function follow(event: MouseEvent) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.history.pushState(null, '', href);
    window.scrollTo({ top: 0 });
  }
  return (
    <a href={href} className={className} aria-current={isHere === true ? 'step' : undefined} onClick={follow}>
      {children}
    </a>
  );
}
