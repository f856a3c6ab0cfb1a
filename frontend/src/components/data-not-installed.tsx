import Link from 'next/link';
import { paths } from '../lib/paths';
import { CodeBlock } from './code-block';
import { Notice } from './notice';

/** Why nothing can be submitted to a challenge yet, and what an organiser does about it. */
export function DataNotInstalled({ challenge, children }: { challenge: string; children?: React.ReactNode }) {
  return (
    <Notice tone="warning" title="The data of this challenge are not installed">
      {children}
      <p>
        Its files may not be passed on, so Sillage does not ship them. Whoever runs this Sillage{' '}
        <Link href={`${paths.challenge(challenge)}#data`}>obtains them</Link> and imports the folder they lie
        in:
      </p>
      <CodeBlock
        code={importCommand(challenge)}
        label="Shell: import the data"
        caption="Shell, in a clone of Sillage"
      />
    </Notice>
  );
}

export function importCommand(challenge: string): string {
  return `npx sillage challenge import-natl60 --challenge ${challenge} --from folder/of/the/files --out ${challenge}
npx sillage challenge register ${challenge}`;
}
