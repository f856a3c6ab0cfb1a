const LONGEST = 500;
/** Browsers drop tabs and line breaks before they read an address, and take `\` for `/`: `/⇥/site` is another site. */
const PLAIN = /^\/[\x21-\x5b\x5d-\x7e]*$/;
/** `//site` is another site, and `/.//site` is once its dots are taken out; no page here has such an address. */
const STEERING = /\/\/|\/(\.|%2e){1,2}(\/|$)/i;

/** Where to go after signing in: only an address of this site, whatever somebody put into a link. */
export function safeNextPath(next: string | undefined): string {
  if (next === undefined || next.length > LONGEST || !PLAIN.test(next)) return '/';
  const [path] = next.split(/[?#]/);
  return path === undefined || STEERING.test(path) ? '/' : next;
}
