import { describe, expect, test } from 'vitest';
import {
  countOf,
  formatBytes,
  formatCount,
  formatFixed,
  formatLatitude,
  formatLongitude,
  formatMetricWithUnit,
  formatPercent,
  formatSigned,
} from './format-number';

describe('formatFixed and formatSigned', () => {
  test.each([
    { name: 'a positive value', value: 0.9123, decimals: 3, fixed: '0.912', signed: '+0.912' },
    { name: 'a negative value', value: -1.5, decimals: 1, fixed: '\u22121.5', signed: '\u22121.5' },
    {
      name: 'a value that rounds to zero from below',
      value: -0.0004,
      decimals: 3,
      fixed: '0.000',
      signed: '0.000',
    },
    {
      name: 'a value that rounds to zero from above',
      value: 0.0004,
      decimals: 3,
      fixed: '0.000',
      signed: '0.000',
    },
  ])('write $name without a false sign', ({ value, decimals, fixed, signed }) => {
    expect(formatFixed(value, decimals)).toBe(fixed);
    expect(formatSigned(value, decimals)).toBe(signed);
  });
});

test('a metric carries the decimals and the unit of its definition', () => {
  expect(formatMetricWithUnit('mu', 0.83456)).toBe('0.835');
  expect(formatMetricWithUnit('lambdaXDeg', 1.5487)).toBe('1.55°');
  expect(formatMetricWithUnit('lambdaTDays', 12.5077)).toBe('12.51 days');
});

test.each([
  { sizeBytes: 0, text: '0 B' },
  { sizeBytes: 999, text: '999 B' },
  { sizeBytes: 999_999, text: '1.0 MB' },
  { sizeBytes: 12_345_678, text: '12.3 MB' },
  { sizeBytes: 2_000_000_000, text: '2.0 GB' },
])('$sizeBytes bytes are written $text', ({ sizeBytes, text }) => {
  expect(formatBytes(sizeBytes)).toBe(text);
});

test('counts group thousands by a thin space and take the right number', () => {
  expect(formatCount(1234567)).toBe('1\u202f234\u202f567');
  expect(countOf(1, 'entry', 'entries')).toBe('1 entry');
  expect(countOf(0, 'entry', 'entries')).toBe('0 entries');
});

test('places are written with their hemisphere', () => {
  expect(formatLongitude(-64.975, 3)).toBe('64.975°W');
  expect(formatLongitude(0)).toBe('0°');
  expect(formatLatitude(33)).toBe('33°N');
  expect(formatLatitude(-12.5, 1)).toBe('12.5°S');
});

test('a percentage never claims to be done before it is', () => {
  expect(formatPercent(0.999)).toBe('99\u202f%');
  expect(formatPercent(1)).toBe('100\u202f%');
});
