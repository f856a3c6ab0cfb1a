import { ApiFailure, ServiceUnreachable } from '@sillage/client';

/** What a form shows when sending it failed: one message above, and one beside each field that is off. */
export type FormFault = { title: string; text: string; fields: Readonly<Record<string, string>> };

export function formFaultOf(error: unknown): FormFault {
  if (error instanceof ApiFailure) {
    return {
      title: error.message,
      text: error.fix ?? '',
      fields: messagesByField(error.fields),
    };
  }
  if (error instanceof ServiceUnreachable) {
    return {
      title: 'The service does not answer',
      text: 'Nothing was changed. Wait half a minute and send the form again.',
      fields: {},
    };
  }
  return {
    title: 'Something unexpected went wrong',
    text: 'Nothing was changed. Send the form again.',
    fields: {},
  };
}

/** Everything that is off in a field, in the one place beside it. */
function messagesByField(fields: readonly { path: string; message: string }[]): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const { path, message } of fields) {
    const earlier = messages[path];
    messages[path] = earlier === undefined ? message : `${earlier}; ${message}`;
  }
  return messages;
}
