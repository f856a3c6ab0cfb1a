import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';

const DEFAULT_THREADS = Math.min(8, availableParallelism());

const requiredOptions = new WeakSet<Option>();

/**
 * An option that must be given. Commander's own check comes before that for unknown options, so that a mistyped
 * `--refrence` would read "required option --reference": this one comes after it.
 */
export function required(flags: string, description: string): Option {
  const option = new Option(flags, `${description} (required)`);
  requiredOptions.add(option);
  return option;
}

/** A subcommand that reports its errors like the program does. */
export function add(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .copyInheritedSettings(parent)
    .allowExcessArguments(false)
    .hook('preAction', (_, command) => {
      const missing = command.options.find(
        (option) =>
          requiredOptions.has(option) && command.getOptionValue(option.attributeName()) === undefined,
      );
      if (missing !== undefined) command.error(`required option '${missing.flags}' not specified`);
    });
}

export const json = (): Option => new Option('--json', 'print JSON for programs');
export const url = (): Option => new Option('--url <address>', 'the platform (default: SILLAGE_URL)');
export const start = (text: string): Option => new Option('--start <day>', `${text}, like 2012-10-22`);
export const end = (text: string): Option => new Option('--end <day>', `${text}, like 2012-12-02`);
export const runtime = (): Option =>
  new Option('--runtime <name>', 'what executes the network')
    .choices(['auto', 'cpu', 'webgpu', 'tfjs'])
    .default('auto');
export const threads = (): Option =>
  new Option('--threads <count>', 'worker threads').argParser(positiveInteger).default(DEFAULT_THREADS);

export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('Give a number above 0.');
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('Give a whole number from 0.');
  return value;
}

export function dayCount(text: string): number {
  const value = positiveInteger(text);
  if (value > 366) throw new InvalidArgumentError('A token lives 366 days at most.');
  return value;
}

export function positiveInteger(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Give a whole number.');
  return value;
}
