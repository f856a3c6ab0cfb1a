import { Global, Module } from '@nestjs/common';
import { ObjectReplies } from './object-replies.js';

@Global()
@Module({ providers: [ObjectReplies], exports: [ObjectReplies] })
export class HttpModule {}
