/** What a browser does with redirects, cookies and plain forms, for flows that cross sites. */
export class TestBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** `aliases`: origins that stand for another one here, as a name in a test does for a port. */
  constructor(private readonly aliases: Record<string, string> = {}) {}

  /** Follows redirects until a page comes. @returns it, with the address that the browser shows. */
  async go(
    url: URL,
    init: { method?: string; body?: string | URLSearchParams; headers?: Record<string, string> } = {},
  ): Promise<{ url: URL; status: number; text: string }> {
    const real = new URL(url.pathname + url.search, this.aliases[url.origin] ?? url.origin);
    const jar = this.#cookies.get(url.origin) ?? new Map<string, string>();
    this.#cookies.set(url.origin, jar);
    const response = await fetch(real, {
      ...init,
      redirect: 'manual',
      headers: {
        ...init.headers,
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const isOver = attributes.some((text) => /expires=Thu, 01 Jan 1970/i.test(text));
      if (isOver || value === '') jar.delete(name.trim());
      else jar.set(name.trim(), value);
    }
    const location = response.headers.get('location');
    if (location !== null && response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      return this.go(new URL(location, url));
    }
    return { url, status: response.status, text: await response.text() };
  }

  /** Sends the only form of a page, with its hidden fields. */
  async sendForm(
    page: { url: URL; text: string },
    fields: Record<string, string>,
  ): Promise<{ url: URL; status: number; text: string }> {
    const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1] ?? page.url.href;
    const body = new URLSearchParams(fields);
    for (const [, name = '', value = ''] of page.text.matchAll(
      /<input type="hidden" name="([^"]+)" value="([^"]*)"/g,
    ))
      body.set(name, value);
    return this.go(new URL(action, page.url), {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }

  cookie(origin: string, name: string): string | null {
    return this.#cookies.get(origin)?.get(name) ?? null;
  }

  forget(origin: string, name: string): void {
    this.#cookies.get(origin)?.delete(name);
  }
}
