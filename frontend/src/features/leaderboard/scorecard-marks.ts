import type { ScorecardCell } from './scorecard-view';

export type MarkWord = 'better' | 'worse' | 'same' | '';

/** What a mark says to whoever cannot see it. */
export const MARK_WORDS: Record<Exclude<MarkWord, ''>, string> = {
  better: 'better than the zero line',
  worse: 'worse than the zero line',
  same: 'equal to the zero line within the decimals shown',
};

/** The mark beside a value, so that nothing is told by colour alone. */
export function cellMark(cell: Extract<ScorecardCell, { state: 'value' }>): {
  glyph: string;
  word: MarkWord;
} {
  switch (cell.difference?.verdict) {
    case 'better':
      return { glyph: '▲', word: 'better' };
    case 'worse':
      return { glyph: '▼', word: 'worse' };
    case 'close':
    case 'equal':
      return { glyph: '○', word: 'same' };
    default:
      return { glyph: '', word: '' };
  }
}
