import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from '../command-error.js';

/** Asks on the terminal; a secret is not echoed. */
export async function ask(question: string, isSecret: boolean): Promise<string> {
  if (process.stdin.isTTY !== true) throw new CommandError(`cannot ask for '${question}' without a terminal`);
  let isMuted = false;
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!isMuted) process.stderr.write(chunk);
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const answer = reader.question(`${question}: `);
    isMuted = isSecret;
    return await answer;
  } finally {
    reader.close();
    if (isSecret) process.stderr.write('\n');
  }
}

/** Everything on stdin, for `--password-stdin` and the like. */
export async function readStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  return text.replace(/\r?\n$/, '');
}
