import { apiErrorBodySchema } from '@sillage/contracts';
import { ApiFailure, ServiceUnreachable } from './api-failure';

/** What the gateway needs from its surroundings: the server forwards the visitor's cookie, the browser sends its own. */
export type Transport = (path: string, init: RequestInit) => Promise<Response>;

export type Parser<Value> = { parse: (input: unknown) => Value };
export type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal;
};

export type Requests = {
  /** One request, its reply parsed. */
  json: <Value>(path: string, schema: Parser<Value>, call?: Call) => Promise<Value>;
  /** One request whose reply says nothing. */
  nothing: (path: string, call: Call) => Promise<void>;
  send: (path: string, call: Call) => Promise<Response>;
};

/** How gateways talk to the API: a typed error, or no usable answer, is thrown. */
export function createRequests(transport: Transport): Requests {
  const send = (path: string, call: Call) => sendBy(transport, path, call);
  return {
    send,
    json: async (path, schema, call = {}) => schema.parse(await readJson(await send(path, call), path)),
    nothing: async (path, call) => {
      await send(path, call);
    },
  };
}

async function sendBy(transport: Transport, path: string, call: Call): Promise<Response> {
  const init: RequestInit = { method: call.method ?? 'GET', headers: { accept: 'application/json' } };
  if (call.signal) init.signal = call.signal;
  if (call.body !== undefined) {
    init.body = JSON.stringify(call.body);
    init.headers = { accept: 'application/json', 'content-type': 'application/json' };
  }
  let response: Response;
  try {
    response = await transport(path, init);
  } catch (cause) {
    if (call.signal?.aborted) throw cause;
    throw new ServiceUnreachable(`no answer from ${path}`, { cause });
  }
  if (!response.ok) throw await failureOf(response, path);
  return response;
}

/** The platform is starting, or starting again. */
const UNREACHABLE: ReadonlySet<string> = new Set(['backend-unavailable', 'database-unavailable', 'stopping']);

async function failureOf(response: Response, path: string): Promise<Error> {
  const body = apiErrorBodySchema.safeParse(await response.json().catch(() => null));
  if (!body.success || UNREACHABLE.has(body.data.error.code)) {
    return new ServiceUnreachable(`${path} answered ${response.status}`);
  }
  const { code, message, fix, fields } = body.data.error;
  return new ApiFailure({
    code,
    status: response.status,
    message,
    ...(fix ? { fix } : {}),
    ...(fields ? { fields } : {}),
  });
}

async function readJson(response: Response, path: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new ServiceUnreachable(`${path} did not answer with JSON`, { cause });
  }
}
