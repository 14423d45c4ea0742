import Table from 'cli-table3'
import colors from 'picocolors'
import { displayWidth } from './terminal-width.js'

/** Columns that borders and padding take: one of each column's left border, two of its padding. */
const COLUMN_FRAME = 3

/** A table for people; colored only if colors are supported. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widths?: readonly number[],
): string {
  const style = colors.isColorSupported
    ? { head: ['cyan'], border: ['dim'], compact: true }
    : { head: [], border: [], compact: true }
  const table = new Table({
    head: [...head],
    style,
    ...(widths ? { colWidths: [...widths], wordWrap: true } : {}),
  })
  for (const row of rows) table.push([...row])
  return table.toString()
}

/** A column of a table that may be narrower than its contents. */
export interface FittedColumn {
  readonly label: string
  readonly cells: readonly string[]
  /** Columns with a high rank are left out first; undefined: never. */
  readonly omission: number | undefined
}

/**
 * A table that fits into a terminal: it breaks the heads between words, then leaves out columns.
 *
 * @param width columns of the terminal; undefined if the output is no terminal
 * @returns the table, and the labels of the columns that it leaves out
 */
export function fitTable(
  columns: readonly FittedColumn[],
  width: number | undefined,
): { readonly table: string; readonly omitted: readonly string[] } {
  const natural = columns.map(({ label, cells }) => maxWidth([label, ...cells]))
  if (width === undefined || tableWidth(natural) <= width)
    return { table: formatTable(labels(columns), transpose(columns)), omitted: [] }
  const shown = [...columns]
  const omitted: string[] = []
  while (tableWidth(shown.map(narrowest)) > width) {
    const [last] = shown
      .filter(({ omission }) => omission !== undefined)
      .sort((a, b) => b.omission! - a.omission!)
    if (!last) break
    shown.splice(shown.indexOf(last), 1)
    omitted.push(last.label)
  }
  const widths = shown.map(column => narrowest(column) + COLUMN_FRAME - 1)
  return { table: formatTable(labels(shown), transpose(shown), widths), omitted }
}

function narrowest({ label, cells }: FittedColumn): number {
  return maxWidth([...label.split(' '), ...cells])
}

function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + COLUMN_FRAME, 1)
}

function maxWidth(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(displayWidth))
}

function labels(columns: readonly FittedColumn[]): string[] {
  return columns.map(({ label }) => label)
}

function transpose(columns: readonly FittedColumn[]): string[][] {
  return (columns[0]?.cells ?? []).map((_, row) => columns.map(({ cells }) => cells[row]!))
}
