export type OutgoingMail = {
  /** Stays the same however often it is tried: a server that got it twice shows it once. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
  /** For the button of the mail program; null for mails that were asked for. */
  unsubscribeUrl: string | null;
};

/** The server said no for good; trying again changes nothing. */
export class MailRefusedError extends Error {
  readonly tag = 'mail-refused';
}

/** Port to a mail server. */
export abstract class MailTransport {
  /** False where no server is configured: then no mail is written at all. */
  abstract readonly isOn: boolean;

  /** Returns once the server has taken the mail. @throws MailRefusedError when it never will. */
  abstract send(mail: OutgoingMail): Promise<void>;
}
