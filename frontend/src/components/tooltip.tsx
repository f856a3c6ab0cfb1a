'use client';

import Link from 'next/link';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './tooltip.module.css';

type Props = {
  id: string;
  /** Where the whole explanation stands; the tip is its short form. */
  href: string;
  label?: string;
  className?: string | undefined;
  trigger: ReactNode;
  children: ReactNode;
};

const MARGIN_PX = 8;

/**
 * A link whose short explanation shows on hover and on focus, without any script. With a script it also stays inside
 * the window and out of boxes that scroll, and Escape closes it; the pointer may move onto it (WCAG 1.4.13).
 */
export function Tooltip({ id, href, label, className, trigger, children }: Props) {
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [isDismissed, setIsDismissed] = useState(false);

  useEffect(() => {
    if (!isOpen) return undefined;
    const place = () => {
      if (anchor.current !== null && tip.current !== null) placeTip(anchor.current, tip.current);
    };
    const dismiss = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setIsDismissed(true);
    };
    place();
    document.addEventListener('keydown', dismiss);
    addEventListener('scroll', place, { capture: true, passive: true });
    addEventListener('resize', place);
    return () => {
      document.removeEventListener('keydown', dismiss);
      removeEventListener('scroll', place, { capture: true });
      removeEventListener('resize', place);
    };
  }, [isOpen]);

  const open = () => {
    setIsDismissed(false);
    setIsOpen(true);
  };
  const close = () => {
    if (anchor.current?.matches(':hover, :focus-within') !== true) setIsOpen(false);
  };

  return (
    <span
      ref={anchor}
      className={styles.anchor}
      data-dismissed={isDismissed ? 'true' : undefined}
      onPointerEnter={open}
      onFocus={open}
      onPointerLeave={close}
      onBlur={() => setTimeout(close)} // the focus has left only after the event
    >
      <Link href={href} className={className} aria-label={label} aria-describedby={id} prefetch={false}>
        {trigger}
      </Link>
      <span ref={tip} role="tooltip" id={id} className={styles.tip}>
        {children}
      </span>
    </span>
  );
}

/** Below its anchor, above it where there is no room, and never over the edge of the window. */
function placeTip(anchor: HTMLElement, tip: HTMLElement): void {
  tip.style.position = 'fixed';
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tip;
  const { clientWidth, clientHeight } = document.documentElement;
  const isAbove = at.bottom + MARGIN_PX + height > clientHeight && at.top - MARGIN_PX - height >= 0;
  const left = Math.max(MARGIN_PX, Math.min(at.left - MARGIN_PX, clientWidth - width - MARGIN_PX));
  tip.style.left = `${left}px`;
  tip.style.top = `${isAbove ? at.top - MARGIN_PX - height : at.bottom + MARGIN_PX}px`;
}
