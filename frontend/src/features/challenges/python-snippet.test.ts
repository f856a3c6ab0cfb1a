import type { ChallengeView } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { pythonSnippet } from './python-snippet';

const file = (role: 'observations' | 'truth' | 'oi', url?: string): ChallengeView['files'][number] => ({
  role,
  area: 'gf',
  path: `gf-${role}.nc`,
  description: '',
  sha256: 'a'.repeat(64),
  sizeBytes: 1,
  ...(url ? { url } : {}),
});

describe('pythonSnippet', () => {
  test('downloads observations and truth, and checks their hashes', () => {
    const snippet = pythonSnippet(
      { id: 'demo-osse', files: [file('truth', '/t'), file('oi', '/o'), file('observations', '/s')] },
      'http://localhost:3000',
    );
    expect(snippet).toContain('base = "http://localhost:3000/api/challenges/demo-osse/files/"');
    expect(snippet).toContain(`"gf-observations.nc": "${'a'.repeat(64)}"`);
    expect(snippet).toContain('observations = xr.open_dataset("gf-observations.nc")');
    expect(snippet).not.toContain('gf-oi.nc');
  });

  test('does not name a file that is withheld', () => {
    const snippet = pythonSnippet(
      { id: 'demo-osse', files: [file('truth'), file('observations', '/s')] },
      'http://localhost',
    );
    expect(snippet).not.toContain('truth');
    expect(pythonSnippet({ id: 'demo-osse', files: [file('truth')] }, 'http://localhost')).toBeNull();
  });
});
