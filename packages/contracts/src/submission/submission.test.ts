import { describe, expect, test } from 'vitest';
import { methodCardSchema } from './submission.js';

describe('methodCardSchema', () => {
  test('needs a name and at least one input', () => {
    expect(methodCardSchema.safeParse({ name: ' ', inputs: ['ssh-nadir'] }).success).toBe(false);
    expect(methodCardSchema.safeParse({ name: 'MIOST', inputs: [] }).success).toBe(false);
    expect(methodCardSchema.parse({ name: ' MIOST ', inputs: ['ssh-nadir'] }).name).toBe('MIOST');
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://example.org', 'example.org'])(
    'refuses the link %s',
    (codeUrl) => {
      expect(methodCardSchema.safeParse({ name: 'MIOST', inputs: ['sst'], codeUrl }).success).toBe(false);
    },
  );
});
