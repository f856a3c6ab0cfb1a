import { Body, Controller, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import {
  claimedJobSchema,
  claimRequestSchema,
  finishRequestSchema,
  heartbeatReplySchema,
  heartbeatRequestSchema,
  idSchema,
  objectReferenceSchema,
  sha256Schema,
  type ClaimRequest,
  type FinishRequest,
  type HeartbeatReply,
  type HeartbeatRequest,
  type ObjectReference,
} from '@sillage/contracts';
import { RateLimit } from '../http/rate-limit.js';
import type { Request, Response } from 'express';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ObjectReplies } from '../http/replies/object-replies.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { LeasesService } from './leases.service.js';
import { WorkerObjectsService } from './worker-objects.service.js';

/** The protocol of evaluators: they pull, so they need HTTPS and a worker token and nothing else. */
@Controller('worker')
@Access('worker')
@RateLimit('none')
export class WorkerController {
  constructor(
    private readonly leases: LeasesService,
    private readonly objects: WorkerObjectsService,
    private readonly replies: ObjectReplies,
  ) {}

  @Post('claim')
  @Describe({
    tag: 'worker',
    summary: 'Ask for a job',
    description:
      'Waits up to `waitMs` for a job that fits `capabilities` and leases it. A network that needs more memory than `runtime` has goes to others. 204 when none came. The lease ends `leaseMs` after the last heartbeat.',
    body: claimRequestSchema,
    reply: claimedJobSchema,
  })
  async claim(
    @Body(new ZodPipe(claimRequestSchema)) request: ClaimRequest,
    @Res() response: Response,
  ): Promise<void> {
    const hungUp = new AbortController();
    response.on('close', () => hungUp.abort());
    const job = await this.leases.claim(request, hungUp.signal);
    if (job === null) response.status(204).end();
    else response.status(200).json(job);
  }

  @Post('jobs/:id/heartbeat')
  @HttpCode(200)
  @Describe({
    tag: 'worker',
    summary: 'Keep a lease, report progress',
    description: '`cancelled: true` tells the worker to stop: nobody wants the result any more.',
    body: heartbeatRequestSchema,
    reply: heartbeatReplySchema,
    errors: ['stale-lease'],
  })
  heartbeat(
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(heartbeatRequestSchema)) request: HeartbeatRequest,
  ): Promise<HeartbeatReply> {
    return this.leases.heartbeat(id, request);
  }

  @Post('jobs/:id/finish')
  @HttpCode(200)
  @Describe({
    tag: 'worker',
    summary: 'Hand in the outcome of a job',
    description:
      'Idempotent: the same lease may finish again after a lost reply. Objects named in the result must have been PUT before.',
    body: finishRequestSchema,
    errors: ['stale-lease'],
  })
  async finish(
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(finishRequestSchema)) request: FinishRequest,
  ): Promise<Record<string, never>> {
    await this.leases.finish(id, request);
    return {};
  }

  @Get('objects/:sha256')
  @Describe({
    tag: 'worker',
    summary: 'Read an object',
    description: 'The bytes of a stored file, by their SHA-256. Ranges are served.',
    binary: true,
    errors: ['file-not-found'],
  })
  async read(
    @Param('sha256', new ZodPipe(sha256Schema)) sha256: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const object = await this.objects.find(sha256);
    await this.replies.send(request, response, {
      ...object,
      contentType: 'application/octet-stream',
      cache: 'immutable',
    });
  }

  @Put('objects/:sha256')
  @HttpCode(200)
  @Describe({
    tag: 'worker',
    summary: 'Store an object',
    description:
      'The body is streamed into the store; it is kept only if it hashes to the SHA-256 of the address.',
    reply: objectReferenceSchema,
    errors: ['checksum-mismatch', 'storage-full', 'too-large'],
  })
  write(
    @Param('sha256', new ZodPipe(sha256Schema)) sha256: string,
    @Req() request: Request,
  ): Promise<ObjectReference> {
    return this.objects.store(sha256, request);
  }
}
