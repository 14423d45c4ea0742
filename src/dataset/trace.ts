import { UserError } from '../errors.js'
import type { RecordTrace, TracedTurn } from '../record/data-report.js'
import type { Tokenizer } from '../model-folder/tokenizer.js'
import { sourceJsonText } from '../model-folder/source-json.js'
import type { Turn } from './conversation.js'
import { encodeRecord, wellFormed, type UnsplitTask } from './gather.js'
import { readRecord, type ReadRecord } from './record.js'
import { readRecords } from './readers/records.js'
import type { RawRecord } from './readers/raw-record.js'
import { lossSegments } from './report.js'
import { findSources } from './sources.js'

/**
 * Follows one record of a data set from its file to the tokens that are trained on.
 *
 * @param number counted from 1 over all files, records that are left out included
 * @throws UserError as gather, and if there are fewer records
 */
export async function traceRecord(
  task: UnsplitTask,
  tokenizer: Tokenizer,
  number: number,
): Promise<RecordTrace> {
  const { file, raw } = await recordAt(task, number)
  const { line, value, problem } = raw
  const source = { number, file, line, raw: sourceJsonText(value) }
  if (problem !== undefined) return { ...source, ...leftOut(problem) }
  const record = wellFormed(readRecord(value, task.columns))
  if (record.kind === 'dropped') return { ...source, ...leftOut(record.reason) }
  const limit = Math.min(task.training.maxLength, tokenizer.contextLength)
  const encoded = encodeRecord(tokenizer, record, limit)
  const understood = {
    format: record.format,
    columns: record.columns,
    unused: record.unused,
    turns: turnsIn(record),
  }
  if (typeof encoded === 'string')
    return { ...source, ...leftOut(encoded), ...understood, notes: record.notes }
  return {
    ...source,
    ...understood,
    reason: null,
    notes: [...new Set([...record.notes, ...encoded.notes])],
    truncated: encoded.truncated,
    examples: encoded.examples.map(example => ({
      segments: lossSegments(example, tokenizer),
      tokens: Array.from(example.ids, (id, index) => ({
        id,
        text: tokenizer.decode([id], { skipSpecial: false }),
        trained: example.lossMask[index] === 1,
      })),
    })),
  }
}

async function recordAt(
  task: UnsplitTask,
  number: number,
): Promise<{ readonly file: string; readonly raw: RawRecord }> {
  const { files } = await findSources(task.data)
  let count = 0
  for (const file of files)
    for await (const raw of readRecords(file)) if (++count === number) return { file, raw }
  throw new UserError(
    files.length === 1 ? files[0]! : `${files.length} files of data`,
    `has no record ${number}: there are ${count}`,
    `Show one from 1 to ${count}`,
  )
}

function leftOut(reason: string): Omit<RecordTrace, 'number' | 'file' | 'line' | 'raw'> {
  return {
    reason,
    format: null,
    columns: {},
    unused: [],
    notes: [],
    turns: [],
    truncated: 0,
    examples: [],
  }
}

function turnsIn(record: Exclude<ReadRecord, { kind: 'dropped' }>): TracedTurn[] {
  if (record.kind === 'text') return [{ role: 'text', text: record.text, trained: true }]
  return record.messages.map(turn => ({
    role: turn.role,
    text: turnText(turn),
    trained: turn.inLoss,
  }))
}

/** What a turn says, with its calls and further fields as JSON. */
function turnText({ content, tool_calls: calls, fields }: Turn): string {
  const extra = { ...fields, ...(calls ? { tool_calls: calls } : {}) }
  const texts = [content, Object.keys(extra).length > 0 ? sourceJsonText(extra) : '']
  return texts.filter(text => text !== '').join('\n')
}
