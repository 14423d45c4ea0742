/** A table of cells that are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text of others inside a line: no markup, no HTML, no break. */
export function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, mark => `\\${mark}`)
}

export function code(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replaceAll('|', '¦')
  const ticks = '`'.repeat(longestRun(plain) + 1)
  return ticks.length === 1 ? `\`${plain}\`` : `${ticks} ${plain} ${ticks}`
}

/** A code block whose fence is longer than any run of backticks in it. */
export function fence(text: string, language = 'text'): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${ticks}${language}\n${text}\n${ticks}`
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length))
}
