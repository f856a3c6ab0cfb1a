import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { API_ERROR_STATUS, type ApiErrorCode } from '@sillage/contracts';
import type { ZodType } from 'zod';
import { schemaReference } from './api-schemas.js';

export type Description = {
  tag: string;
  summary: string;
  description: string;
  body?: ZodType;
  reply?: ZodType;
  status?: number;
  /** The reply is a file. */
  binary?: boolean;
  errors?: ApiErrorCode[];
};

/** Puts a route into the API description, with the schemas of the contracts. */
export function Describe({
  tag,
  summary,
  description,
  body,
  reply,
  status = 200,
  binary,
  errors = [],
}: Description) {
  const codesByStatus = new Map<number, ApiErrorCode[]>();
  for (const code of errors) {
    const errorStatus = API_ERROR_STATUS[code];
    codesByStatus.set(errorStatus, [...(codesByStatus.get(errorStatus) ?? []), code]);
  }
  return applyDecorators(
    ApiTags(tag),
    ApiOperation({ summary, description }),
    ...(body === undefined ? [] : [ApiBody({ schema: schemaReference(body, 'input') })]),
    ApiResponse({
      status,
      description: summary,
      ...(reply === undefined ? {} : { schema: schemaReference(reply, 'output') }),
      ...(binary === true
        ? { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } }
        : {}),
    }),
    ...[...codesByStatus].map(([errorStatus, codes]) =>
      ApiResponse({
        status: errorStatus,
        description: codes.join(', '),
        schema: { $ref: '#/components/schemas/ApiErrorBody' },
      }),
    ),
  );
}
