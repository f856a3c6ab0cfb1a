/** Where to go after a sign-in: only a path of this site, whatever a link says. */
export function safeNextPath(next: string | undefined): string {
  if (next === undefined || next.length > 500 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next) || next.includes('\\'))
    return '/';
  return next;
}
