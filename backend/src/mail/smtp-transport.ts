import { createTransport, type Transporter } from 'nodemailer';
import type { MailSettings } from '../config/config.js';
import { MailRefusedError, MailTransport, type OutgoingMail } from './mail-transport.js';

const TIMEOUT_MS = 20_000;

/** Plain text by SMTP. */
export class SmtpTransport extends MailTransport {
  readonly isOn: boolean;
  readonly #transporter: Transporter | null;
  readonly #from: string;

  constructor(settings: MailSettings | null) {
    super();
    this.isOn = settings !== null;
    this.#from = settings?.from ?? '';
    this.#transporter =
      settings === null
        ? null
        : createTransport({
            url: settings.smtpUrl,
            connectionTimeout: TIMEOUT_MS,
            greetingTimeout: TIMEOUT_MS,
            socketTimeout: TIMEOUT_MS,
            // A mail has text only; nothing in it may make this process read a file or fetch an address.
            disableFileAccess: true,
            disableUrlAccess: true,
          });
  }

  async send({ messageId, to, subject, text, unsubscribeUrl }: OutgoingMail): Promise<void> {
    if (this.#transporter === null) throw new Error('no mail server is configured');
    try {
      await this.#transporter.sendMail({
        from: this.#from,
        to: { name: '', address: to },
        subject,
        text,
        messageId,
        headers: {
          'Auto-Submitted': 'auto-generated',
          ...(unsubscribeUrl === null
            ? {}
            : {
                'List-Unsubscribe': `<${unsubscribeUrl}>`,
                'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
              }),
        },
      });
    } catch (error) {
      const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
      if (code >= 500) throw new MailRefusedError(String(error), { cause: error });
      throw error;
    }
  }
}
