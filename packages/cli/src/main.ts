import { CommanderError } from 'commander';
import { createProgram } from './program.js';
import { errorLine, oneLine } from './terminal/error-line.js';

/** `sillage score … | head` closes our stdout early: that is no fault. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await createProgram((text) => process.stderr.write(`sillage: ${oneLine(text)}\n`)).parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 1; // help and --version end this way too; errors are printed already
  } else {
    process.stderr.write(`sillage: ${errorLine(error)}\n`);
    if (process.env.SILLAGE_DEBUG === '1') console.error(error);
    process.exitCode = 1;
  }
}
