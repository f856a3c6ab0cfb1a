import { ApiFailure, ServiceUnreachable } from './api-failure';

/** What a form shows when sending it failed: one message above, and one beside each field that is off. */
export type FormFault = { title: string; text: string; fields: Readonly<Record<string, string>> };

export function formFaultOf(error: unknown): FormFault {
  if (error instanceof ApiFailure) {
    return {
      title: error.message,
      text: error.fix ?? '',
      fields: Object.fromEntries(error.fields.map((field) => [field.path, field.message])),
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
