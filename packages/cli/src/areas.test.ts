import { describe, expect, test } from 'vitest';
import { knownArea, parseBox, parsePeriod } from './areas.js';

describe('parseBox', () => {
  test('reads west, east, south, north', () => {
    expect(parseBox('-65, -55,33,43')).toEqual({ west: -65, east: -55, south: 33, north: 43 });
  });

  test.each(['', '1,2,3', '1,2,3,4,5', 'a,b,c,d', '-65,,33,43'])(
    "refuses '%s' and shows how to write one",
    (text) => {
      expect(() => parseBox(text)).toThrow('--box=-65,-55,33,43');
    },
  );

  test.each([
    { name: 'west of east', text: '-55,-65,33,43', message: 'west < east' },
    { name: '0…360', text: '295,305,33,43', message: 'within -180…180' },
    { name: 'north below south', text: '-65,-55,43,33', message: 'south < north' },
    { name: 'beyond a pole', text: '-65,-55,33,93', message: 'within -90…90' },
  ])('refuses a box that is $name', ({ text, message }) => {
    expect(() => parseBox(text)).toThrow(message);
  });
});

describe('parsePeriod', () => {
  test('is null when nothing was given', () => {
    expect(parsePeriod({})).toBeNull();
  });

  test('takes two days', () => {
    expect(parsePeriod({ start: '2012-10-22', end: '2012-12-02' })).toEqual({
      start: '2012-10-22',
      end: '2012-12-02',
    });
  });

  test.each([
    { name: 'one day only', options: { start: '2012-10-22' }, message: 'both --start and --end' },
    {
      name: 'a day that does not exist',
      options: { start: '2012-02-30', end: '2012-12-02' },
      message: "'2012-02-30' is not a day",
    },
    {
      name: 'another notation',
      options: { start: '22/10/2012', end: '2012-12-02' },
      message: 'write it like',
    },
    { name: 'the wrong order', options: { start: '2012-12-02', end: '2012-10-22' }, message: 'is after' },
  ])('refuses $name', ({ options, message }) => {
    expect(() => parsePeriod(options)).toThrow(message);
  });
});

describe('knownArea', () => {
  test('gf is the Gulf Stream box of the 2020a challenge', () => {
    expect(knownArea('gf')).toEqual({ west: -65, east: -55, south: 33, north: 43 });
  });

  test('names what it knows', () => {
    expect(() => knownArea('med')).toThrow("no known area 'med'; known are gf, gf2, osmosis");
  });
});
