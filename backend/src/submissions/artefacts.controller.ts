import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import {
  artefactNameSchema,
  idSchema,
  isoDaySchema,
  mapLayerSchema,
  previewSchema,
  type ArtefactName,
  type MapLayer,
  type Preview,
} from '@sillage/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Account } from '../identity/domain/account.js';
import { Access, MaybeAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ObjectReplies } from '../http/replies/object-replies.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { SubmissionFilesService } from './submission-files.service.js';

const previewQuerySchema = z.object({ after: isoDaySchema.default('0001-01-01') });
const frameSchema = z.coerce.number().int().min(0);
const layerNameSchema = mapLayerSchema.shape.name;

function contentTypeOf(name: ArtefactName): string {
  if (name.endsWith('.json')) return 'application/json; charset=utf-8';
  return name.endsWith('.nc') ? 'application/x-netcdf' : 'application/octet-stream';
}

@Controller('evaluations/:id')
@Access('public')
export class ArtefactsController {
  constructor(
    private readonly files: SubmissionFilesService,
    private readonly replies: ObjectReplies,
  ) {}

  @Get('artefacts/:name')
  @Describe({
    tag: 'submissions',
    summary: 'Download a product of an evaluation',
    description:
      'scored.nc (as a file to save), diagnostics.json (curves), maps.json and map stacks, statistics.json; within the disclosure level.',
    binary: true,
    errors: ['evaluation-not-found', 'file-not-found', 'not-disclosed'],
  })
  async artefact(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Param('name', new ZodPipe(artefactNameSchema)) name: ArtefactName,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { fileName, ...artefact } = await this.files.getArtefact(account, id, name);
    await this.replies.send(request, response, {
      ...artefact,
      contentType: contentTypeOf(name),
      cache: 'private',
      ...(name.endsWith('.json') ? {} : { fileName }),
    });
  }

  @Get('preview')
  @Describe({
    tag: 'submissions',
    summary: 'Finished days of a network’s map',
    description:
      'Small pictures of the days that the network has mapped so far, oldest first: at most 100 after the day `after`. Little-endian int16 in base64; missing is −32768.',
    reply: previewSchema,
    errors: ['evaluation-not-found', 'not-disclosed'],
  })
  async preview(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Query(new ZodPipe(previewQuerySchema)) query: z.infer<typeof previewQuerySchema>,
  ): Promise<Preview> {
    return { frames: await this.files.getPreview(account, id, query.after) };
  }

  @Get('maps/:layer/:frame')
  @Describe({
    tag: 'submissions',
    summary: 'One frame of a map',
    description:
      'Little-endian int16, [lat, lon], both ascending; scale and offset are in maps.json. Layers that come of a comparison with the truth at practice level only; none while blind.',
    binary: true,
    errors: ['evaluation-not-found', 'file-not-found', 'not-disclosed'],
  })
  async frame(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Param('layer', new ZodPipe(layerNameSchema)) layer: MapLayer['name'],
    @Param('frame', new ZodPipe(frameSchema)) frame: number,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { start, end, ...stack } = await this.files.getMapFrame(account, id, layer, frame);
    await this.replies.send(request, response, {
      ...stack,
      contentType: 'application/octet-stream',
      cache: 'immutable',
      part: { start, end },
    });
  }
}
