import { problemsIn } from '@sillage/contracts';
import type { PipeTransform } from '@nestjs/common';
import type { ZodType } from 'zod';
import { DomainError } from '../errors/domain-error.js';

/** Parses a body or query with a schema of the contracts; every field that is off is named. */
export class ZodPipe<T> implements PipeTransform<unknown, T> {
  constructor(private readonly schema: ZodType<T>) {}

  transform(value: unknown): T {
    const parsed = this.schema.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    const fields = problemsIn(parsed.error.issues, value).map(({ path, message }) => ({ path, message }));
    const list = fields
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
    throw new DomainError('invalid-request', `The request is not valid: ${list}.`, { fields });
  }
}
