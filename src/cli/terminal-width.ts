/** Columns of the terminal; undefined if the output is no terminal. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined
}

const ESCAPES = /\u001b\[[0-9;]*m/g
/** Characters that take two columns: Chinese letters and full-width punctuation. */
const WIDE = /[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/gu

/** Columns that a text takes on a terminal, without its color codes. */
export function displayWidth(text: string): number {
  const plain = text.replace(ESCAPES, '')
  return plain.length + (plain.match(WIDE)?.length ?? 0)
}

/**
 * Breaks a line between words so that it fits.
 *
 * @param width columns of the terminal; undefined breaks nothing
 * @param hanging columns by which later lines are indented more than the first
 */
export function wrapLine(line: string, width: number | undefined, hanging = 4): string {
  if (width === undefined || displayWidth(line) <= width) return line
  const indent = /^ */.exec(line)![0]
  const lines: string[] = []
  let current = indent
  for (const word of words(line.slice(indent.length))) {
    if (current.trim() !== '' && displayWidth(current + word.trimEnd()) > width) {
      lines.push(current.trimEnd())
      current = indent + ' '.repeat(hanging)
    }
    current += word
  }
  return [...lines, current].join('\n')
}

const PIECE =
  /（?(?:\p{Script=Han}|[^ \p{Script=Han}（，。；：、）]+)[，。；：、）]* *|[ （，。；：、）]/gu

/** Pieces between which a line may break: after spaces and punctuation, beside Chinese letters. */
function words(text: string): string[] {
  return text.match(PIECE) ?? []
}
