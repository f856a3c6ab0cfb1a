'use client';

import type { MouseEvent, ReactNode } from 'react';

type Props = {
  href: string;
  className?: string | undefined;
  isHere?: boolean;
  title?: string;
  /** Told when the link is about to be followed, so that what it leads to can be asked for already. */
  onIntent?: () => void;
  children: ReactNode;
};

/**
 * A link to another view of the board. It is followed without a request for the page: the address changes, and the board
 * follows the address. In a new tab, and without JavaScript, it is a link like any other.
 */
export function BoardLink({ href, className, isHere, title, onIntent, children }: Props) {
  function follow(event: MouseEvent) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.history.pushState(null, '', href);
  }

  return (
    <a
      href={href}
      className={className}
      title={title}
      aria-current={isHere === true ? 'true' : undefined}
      onClick={follow}
      onPointerEnter={onIntent}
      onFocus={onIntent}
    >
      {children}
    </a>
  );
}
