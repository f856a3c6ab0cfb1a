import { Controller, Get } from '@nestjs/common';
import { signingKeySchema, type SigningKey } from '@sillage/contracts';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { SigningService } from './signing.service.js';

@Controller('signing-key')
@Access('public')
export class SigningKeyController {
  constructor(private readonly signing: SigningService) {}

  @Get()
  @Describe({
    tag: 'platform',
    summary: 'The key that signs receipts',
    description:
      'The public half of the ed25519 key (RFC 8032). A receipt is signed over its canonical JSON (RFC 8785) without `signature`; `sillage verify` checks it.',
    reply: signingKeySchema,
  })
  async get(): Promise<SigningKey> {
    const { publicKey, createdAt } = await this.signing.key();
    return { algorithm: 'ed25519', publicKey, createdAt: createdAt.toISOString() };
  }
}
