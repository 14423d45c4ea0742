import Table from 'cli-table3'
import colors from 'picocolors'

/** A table for people; colored only if colors are supported. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colWidths?: readonly number[],
): string {
  const style = colors.isColorSupported
    ? { head: ['cyan'], border: ['dim'], compact: true }
    : { head: [], border: [], compact: true }
  const table = new Table({
    head: [...head],
    style,
    ...(colWidths ? { colWidths: [...colWidths], wordWrap: true } : {}),
  })
  for (const row of rows) table.push([...row])
  return table.toString()
}
