import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { MailTransport } from './mail-transport.js';
import { MailRepository } from './mail.repository.js';
import { MailService } from './mail.service.js';
import { SmtpTransport } from './smtp-transport.js';

@Module({
  providers: [
    MailRepository,
    MailService,
    {
      provide: MailTransport,
      useFactory: (config: Config) => new SmtpTransport(config.mail),
      inject: [CONFIG],
    },
  ],
  exports: [MailService],
})
export class MailModule {}
