import { describe, expect, test } from 'vitest';
import { chooseBoard } from './choose-board';

const challenge = {
  tasks: [
    { area: 'gf', scenario: 'nadir4' },
    { area: 'gf', scenario: 'swot' },
    { area: 'osmosis', scenario: 'swot' },
  ],
};

describe('chooseBoard', () => {
  test.each([
    {
      name: 'the first board where nothing is asked for',
      asked: {},
      area: 'gf',
      scenario: 'nadir4',
      isAsked: true,
    },
    {
      name: 'the board that is asked for',
      asked: { area: 'osmosis', scenario: 'swot' },
      area: 'osmosis',
      scenario: 'swot',
      isAsked: true,
    },
    {
      name: 'the nearest board, and says so',
      asked: { area: 'osmosis', scenario: 'nadir4' },
      area: 'osmosis',
      scenario: 'swot',
      isAsked: false,
    },
    {
      name: 'the first board for nonsense, and says so',
      asked: { area: 'moon' },
      area: 'gf',
      scenario: 'nadir4',
      isAsked: false,
    },
  ])('takes $name', ({ asked, area, scenario, isAsked }) => {
    expect(chooseBoard(challenge, asked)).toEqual({ board: { area, scenario }, isAsked });
  });
});
