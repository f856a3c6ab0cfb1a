import type { ScorecardCell } from './scorecard-view';

export type MarkWord = 'better' | 'worse' | 'clearly-better' | 'clearly-worse' | 'same' | '';

/** What a mark says to whoever cannot see it. */
export const MARK_WORDS: Record<Exclude<MarkWord, ''>, string> = {
  'clearly-better': 'significantly better than the zero line',
  'clearly-worse': 'significantly worse than the zero line',
  better: 'better than the zero line, not shown to be significant',
  worse: 'worse than the zero line, not shown to be significant',
  same: 'equal to the zero line within the decimals shown',
};

/** The mark beside a value, so that nothing is told by colour alone; filled only where a test told the two apart. */
export function cellMark(cell: Extract<ScorecardCell, { state: 'value' }>): {
  glyph: string;
  word: MarkWord;
} {
  const isClear = cell.isSeparable === true;
  switch (cell.difference?.verdict) {
    case 'better':
      return isClear ? { glyph: '▲', word: 'clearly-better' } : { glyph: '△', word: 'better' };
    case 'worse':
      return isClear ? { glyph: '▼', word: 'clearly-worse' } : { glyph: '▽', word: 'worse' };
    case 'close':
    case 'equal':
      return { glyph: '○', word: 'same' };
    default:
      return { glyph: '', word: '' };
  }
}
