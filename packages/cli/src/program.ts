import { Command } from 'commander';
import { addChallengeCommands, addDatasetCommands, addDraftCommands } from './program/challenge-commands.js';
import { addDataCommands, addNetworkCommands, addScoringCommands } from './program/local-commands.js';
import { addAdminCommands, addOrganiserCommands, addRescoreCommands } from './program/organiser-commands.js';
import { addPlatformCommands } from './program/platform-commands.js';
import { cliVersion } from './version.js';

/**
 * The command line. Only names and options are known here: each command loads what it needs when it runs, so that
 * `sillage --help` does not wait for NetCDF and FFT.
 */
export function createProgram(writeError: (text: string) => void): Command {
  const program = new Command('sillage')
    .description('Scores maps of sea surface height, and talks to a Sillage platform.')
    .version(cliVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeErr: (text) => process.stderr.write(text),
      outputError: (text) => writeError(text.replace(/^error: /, '')),
    })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      '\nThe platform is SILLAGE_URL (default http://127.0.0.1:3000), your token SILLAGE_TOKEN or `sillage login`.',
    );
  addScoringCommands(program);
  addDataCommands(program);
  addNetworkCommands(program);
  addPlatformCommands(program);
  addChallengeCommands(program);
  addDraftCommands(program);
  addDatasetCommands(program);
  addRescoreCommands(program);
  addOrganiserCommands(program);
  addAdminCommands(program);
  return program;
}
