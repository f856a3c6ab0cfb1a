import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { currentLogFields } from './log-fields.js';

/** The framework tells its life at every start; that hides the lines that matter. */
const SILENT_CONTEXTS = new Set([
  'InstanceLoader',
  'RouterExplorer',
  'RoutesResolver',
  'NestFactory',
  'NestApplication',
]);

/** One JSON object a line, for programs; in a terminal lines for people. */
class BackendLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!SILENT_CONTEXTS.has(String(rest.at(-1)))) super.log(message, ...rest);
  }

  protected override printAsJson(...[message, options]: Parameters<ConsoleLogger['printAsJson']>): void {
    const { context, logLevel, errorStack } = options;
    const line = {
      at: new Date().toISOString(),
      level: logLevel === 'log' ? 'info' : logLevel,
      process: 'backend',
      pid: process.pid,
      context,
      message,
      ...currentLogFields(),
      stack: errorStack,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

export function backendLogger(logLevels: LogLevel[] = ['log', 'warn', 'error', 'fatal']): ConsoleLogger {
  const isTerminal = process.stdout.isTTY;
  return new BackendLogger({ colors: isTerminal, json: !isTerminal, logLevels });
}
