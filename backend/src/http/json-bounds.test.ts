import { expect, it } from 'vitest';
import { jsonFault, MAX_JSON_DEPTH } from './json-bounds.js';

const faultOf = (text: string, values = 3) => jsonFault(Buffer.from(text), { values, keys: 2 });
const nested = (depth: number) => `${'[['.repeat(depth / 2)}${']]'.repeat(depth / 2)}`;

it.each(['[0,0,0]', '{"a":0,"b":[1]}', '"a,b,[c],{d},e"', String.raw`"a\",b,c,\\",0,0`, '', '{"'])(
  'counts values outside of texts: %s has at most three',
  (text) => expect(faultOf(text)).toBeNull(),
);

it.each(['[0,0,0,0]', '[[],[],[]]', String.raw`["\\",0,0,0]`])(
  'counts values outside of texts: %s has more',
  (text) => expect(faultOf(text)).toBe('more than 3 values'),
);

it('counts keys, those that stand twice too', () => {
  expect(faultOf('{"a:":":","a":0}')).toBeNull();
  expect(faultOf('{"a":0,"a":0,"a":0}')).toBe('more than 2 keys');
});

it('bounds how deep a body is nested, not how many lists there are', () => {
  expect(faultOf(nested(MAX_JSON_DEPTH), 1_000)).toBeNull();
  expect(faultOf(nested(MAX_JSON_DEPTH + 2), 1_000)).toContain('in more than 64 others');
  expect(faultOf(`[${'[],'.repeat(500)}0]`, 2_000)).toBeNull();
});
