'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';

/** A link that says when it is where the visitor is. `exact`: only on the page itself, not on the pages below it. */
export function NavigationLink({
  href,
  exact,
  children,
}: {
  href: string;
  exact?: boolean;
  children: ReactNode;
}) {
  const pathname = usePathname();
  const isHere = pathname === href;
  const isBelow = exact !== true && pathname.startsWith(`${href}/`);
  return (
    <Link href={href} aria-current={isHere ? 'page' : isBelow ? 'true' : undefined}>
      {children}
    </Link>
  );
}
