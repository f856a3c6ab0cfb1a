import { Global, Module } from '@nestjs/common';
import { ObjectReplies } from './object-replies.js';
import { RequestDrain } from './request-drain.js';

@Global()
@Module({ providers: [ObjectReplies, RequestDrain], exports: [ObjectReplies, RequestDrain] })
export class HttpModule {}
