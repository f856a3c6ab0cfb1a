import type { ChallengeView, FileRole } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { pythonSnippet } from './python-snippet';

const file = (role: FileRole, scenario?: string, url?: string): ChallengeView['files'][number] => ({
  role,
  area: 'gf',
  path: `${role}.nc`,
  description: '',
  sha256: 'a'.repeat(64),
  sizeBytes: 1,
  ...(scenario ? { scenario } : {}),
  ...(url ? { url } : {}),
});
const challenge = (files: ChallengeView['files']) => ({
  id: 'demo-osse',
  areas: ['gf', 'natl'].map((id) => ({
    id,
    name: id,
    description: '',
    scoredBox: { west: 0, east: 1, south: 0, north: 1 },
  })),
  scenarios: ['nadir4', 'swot1'].map((id) => ({ id, name: id, description: '', satellites: [] })),
  tasks: [
    { area: 'gf', scenario: 'nadir4' },
    { area: 'gf', scenario: 'swot1' },
  ],
  headline: { area: 'gf', scenario: 'nadir4' },
  files,
});

describe('pythonSnippet', () => {
  test('takes a task whose files are there, names the others, and checks hashes', () => {
    const snippet = pythonSnippet(
      challenge([file('truth', undefined, '/t'), file('swath-observations', 'swot1', '/s')]),
      'http://localhost:3000',
    );
    expect(snippet).toContain('base = "http://localhost:3000"\n');
    expect(snippet).toContain('# area: gf natl\narea = "gf"\n');
    expect(snippet).toContain('# scenario: nadir4 swot1\nscenario = "swot1"\n');
    expect(snippet).toContain('/api/challenges/demo-osse"');
    expect(snippet).toContain('hashlib.sha256');
    expect(snippet).toContain('#   swath-observations: KaRIn swaths');
    expect(snippet).toContain('print(*data["swath-observations"], sep="\\n")');
    // Several files of one kind belong to a task, as the tracks of SWOT and of the other nadirs.
    expect(snippet).toContain('data.setdefault(file["role"], []).append(');
  });

  test('does not speak of files that are withheld', () => {
    const snippet = pythonSnippet(
      challenge([file('truth'), file('observations', 'nadir4', '/s')]),
      'http://localhost',
    );
    expect(snippet).not.toContain('truth');
    expect(pythonSnippet(challenge([file('truth')]), 'http://localhost')).toBeNull();
  });
});
