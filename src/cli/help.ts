import type { Command } from 'commander'
import { displayWidth, wrapLine } from './terminal-width.js'

/** Columns of help where the output is no terminal. */
const DEFAULT_WIDTH = 80
/** The narrowest column in which descriptions are wrapped. */
const MIN_WRAPPED = 20

/** Wraps the help of a command and of those under it to the terminal, Chinese text too. */
export function wrapHelp(command: Command): void {
  command.configureHelp({
    minWidthToWrap: MIN_WRAPPED,
    displayWidth,
    boxWrap: (text, width) => wrapLines(text, width, 0),
    ...command.configureHelp(),
  })
  command.commands.forEach(wrapHelp)
}

/** Wraps text that stands after the help of a command. */
export function wrapAfterHelp(text: string, command: Command): string {
  return wrapLines(text, command.configureOutput().getOutHelpWidth?.() ?? DEFAULT_WIDTH)
}

function wrapLines(text: string, width: number, hanging?: number): string {
  return text
    .split('\n')
    .map(line => wrapLine(line, width, hanging))
    .join('\n')
}
