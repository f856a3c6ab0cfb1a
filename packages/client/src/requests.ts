import { failureOf, ServiceUnreachable, UnknownReply, type ClientFailure } from './failures.js';

/** How a request gets to the API: the browser sends its cookie, the site's server forwards it, the shell sends a token. */
export type Transport = (path: string, init: RequestInit) => Promise<Response>;

type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal | undefined;
};
type Schema<Value> = {
  safeParse: (input: unknown) => { success: true; data: Value } | { success: false; error: Error };
};

export type Requests = {
  /** One request, its reply parsed. */
  json: <Value>(path: string, schema: Schema<Value>, call?: Call) => Promise<Value>;
  /** One request whose reply says nothing. */
  nothing: (path: string, call: Call) => Promise<void>;
  send: (path: string, call?: Call) => Promise<Response>;
};

/** @param explain - the error that is thrown for a failure: who calls may have its own. */
export function createRequests(
  transport: Transport,
  explain: (failure: ClientFailure) => Error = (failure) => failure,
): Requests {
  const send = async (path: string, call: Call = {}): Promise<Response> => {
    const response = await reached(path, call, explain, () => transport(path, initOf(call)));
    if (response.ok) return response;
    throw explain(failureOf(path, response.status, await response.text().catch(() => '')));
  };
  return {
    send,
    json: async (path, schema, call = {}) => {
      const response = await send(path, call);
      const text = await reached(path, call, explain, () => response.text());
      let reply: unknown;
      try {
        reply = JSON.parse(text);
      } catch (cause) {
        throw explain(new ServiceUnreachable('broken-reply', `${path} did not answer with JSON`, { cause }));
      }
      const parsed = schema.safeParse(reply);
      if (parsed.success) return parsed.data;
      throw explain(new UnknownReply(path, parsed.error));
    },
    nothing: async (path, call) => {
      const response = await send(path, call);
      await response.body?.cancel();
    },
  };
}

function initOf({ method = 'GET', body, signal }: Call): RequestInit {
  const init: RequestInit = { method, headers: { accept: 'application/json' } };
  if (signal) init.signal = signal;
  if (body === undefined) return init;
  return {
    ...init,
    body: JSON.stringify(body),
    headers: { accept: 'application/json', 'content-type': 'application/json' },
  };
}

/** What comes, or a failure that says that nothing came; a call that was aborted throws the reason of that. */
async function reached<Answer>(
  path: string,
  { signal }: Call,
  explain: (failure: ClientFailure) => Error,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw explain(new ServiceUnreachable('no-answer', `no answer from ${path}`, { cause }));
  }
}
