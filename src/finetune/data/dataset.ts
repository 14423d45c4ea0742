import { UserError } from '../../errors.js'
import type { Preparation } from '../../record/document.js'
import type { FinetuneTask } from '../../record/study.js'
import type { Tokenizer } from '../format/tokenizer.js'
import type { Conversation } from './conversation.js'
import { encodeConversation } from './encode.js'
import type { Example } from './example.js'
import { readRecord, SHAPES } from './record.js'
import { readRecords } from './records.js'
import { duplicateKey, holdBack } from './split.js'

export interface Dataset {
  /** The shape that was recognised: `Alpaca (instruction, input, output)`. */
  readonly format: string
  readonly train: readonly Example[]
  readonly validation: readonly Example[]
  /** As a study records them. */
  readonly counts: Preparation['data']
}

/**
 * Loads, checks, splits and encodes a data set. The split depends on the seed and the data alone.
 *
 * A record that can't be used is left out and reported with its line; when more than half can't, that is an error.
 *
 * @throws UserError for a file that can't be read (see readRecords), and for one without enough usable records
 */
export async function loadDataset(task: FinetuneTask, tokenizer: Tokenizer, seed: number): Promise<Dataset> {
  const limit = Math.min(task.training.maxLength, tokenizer.contextLength)
  const dropped: Dropped[] = []
  const records: Encoded[] = []
  const formats = new Map<string, number>()
  let truncated = 0
  let first: unknown
  for await (const { line, value } of readRecords(task.data)) {
    first ??= value
    const record = readRecord(value)
    if (record.format !== null) formats.set(record.format, (formats.get(record.format) ?? 0) + 1)
    const encoded = record.kind === 'dropped' ? record.reason : encode(tokenizer, record.turns, limit)
    if (typeof encoded === 'string') dropped.push({ line, reason: encoded })
    else {
      truncated += encoded.truncated
      records.push(encoded)
    }
  }
  checkUsable(task.data, records.length, dropped)
  const held = holdBack(task.data, records.map(({ key }) => key), task.validationFraction, seed)
  const side = (validation: boolean): Example[] => records.filter((_, i) => held[i] === validation).flatMap(({ examples }) => examples)
  const [train, validation] = [side(false), side(true)]
  const all = [...train, ...validation]
  const format = formatName(formats)
  return {
    format,
    train,
    validation,
    counts: {
      format,
      examples: all.length,
      train: train.length,
      validation: validation.length,
      tokens: all.reduce((sum, { ids }) => sum + ids.length, 0),
      trainedTokens: trainedTokens(all),
      validationTokens: trainedTokens(validation),
      duplicates: records.length - new Set(records.map(({ key }) => key)).size,
      truncated,
      dropped,
    },
  }
}

type Dropped = Preparation['data']['dropped'][number]

interface Encoded {
  readonly key: string
  readonly examples: readonly Example[]
  readonly truncated: number
}

/** @returns why not, where it can't be encoded */
function encode(tokenizer: Tokenizer, turns: Conversation, limit: number): Encoded | string {
  try {
    const { examples, truncated, overlong } = encodeConversation(tokenizer, turns, limit)
    return overlong ? `the answer begins after the first ${limit} tokens` : { key: duplicateKey(turns), examples, truncated }
  } catch (error) {
    // Templates reject what their model wasn't made for, such as a system turn, in words of their own
    return `the model's chat template rejects it: ${(error as Error).message}`
  }
}

function trainedTokens(examples: readonly Example[]): number {
  return examples.reduce((sum, { trained }) => sum + trained.reduce((count, one) => count + one, 0), 0)
}

const SHOWN = 3

function checkUsable(path: string, usable: number, dropped: readonly Dropped[]): void {
  if (dropped.length <= usable && usable > 0) return
  if (dropped.length === 0) throw new UserError(path, 'has no records', SHAPES)
  const examples = dropped.slice(0, SHOWN).map(({ line, reason }) => `line ${line}: ${reason}`).join('; ')
  const more = dropped.length > SHOWN ? `; and ${dropped.length - SHOWN} more` : ''
  const share = usable === 0 ? `none of the ${dropped.length} records can be used` : `${dropped.length} of ${usable + dropped.length} records cannot be used`
  throw new UserError(path, `${share} (${examples}${more})`, SHAPES)
}

/** Files that mix shapes have them all in their name, the commonest first. */
function formatName(formats: ReadonlyMap<string, number>): string {
  return [...formats].sort(([, a], [, b]) => b - a).map(([format]) => format).join(' + ')
}
