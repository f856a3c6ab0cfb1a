import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** The framework tells its life at every start; that hides the lines that matter. */
const SILENT_CONTEXTS = new Set([
  'InstanceLoader',
  'RouterExplorer',
  'RoutesResolver',
  'NestFactory',
  'NestApplication',
]);

class QuietLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!SILENT_CONTEXTS.has(String(rest.at(-1)))) super.log(message, ...rest);
  }
}

export function quietLogger(logLevels: LogLevel[] = ['log', 'warn', 'error', 'fatal']): ConsoleLogger {
  return new QuietLogger({ colors: process.stdout.isTTY === true, logLevels });
}
