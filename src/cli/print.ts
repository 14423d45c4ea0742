import colors from 'picocolors'
import { coloredText, visibleText } from '../util/terminal-text.js'

/** Prints a line for people; controls in it are shown as symbols, whoever wrote them. */
export function print(text: string): void {
  console.log(safe(text))
}

/** The same on standard error. */
export function printError(text: string): void {
  console.error(safe(text))
}

/** A text as the terminal may show it: without colors, no escape sequence is ours. */
export function safe(text: string): string {
  return colors.isColorSupported ? coloredText(text) : visibleText(text)
}
