/** One line of a CF `history` attribute. */
export function historyLine(now: Date, command: string): string {
  return `${now.toISOString().slice(0, 19)}Z ${command}`;
}
