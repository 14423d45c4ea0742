import type { JsonObject } from '../model-folder/json-file.js'
import { SourceNumber } from '../model-folder/source-json.js'
import { plainName } from './column-names.js'

/** Fields of a turn that mark whether it is trained on. */
const TURN_MARKS = new Set(
  [
    ...['loss', 'train', 'trainable', 'training', 'trained', 'weight', 'mask', 'learn'],
    ...['lossweight', 'lossmask', 'istrainable', 'istrained', 'computeloss', 'calculateloss'],
    ...['includeinloss', 'supervised'],
  ].map(plainName),
)

/** Columns that list a mark for each turn. */
const TURN_LISTS = new Set(['lossmask', 'mask', 'masks', 'trainmask', 'weights', 'lossweights'])

/** Columns that mark a record's answer as good or bad. */
const RECORD_MARKS = new Set([
  ...['label', 'isgood', 'good', 'desirable', 'ktotag', 'accepted', 'isaccepted', 'thumbsup'],
  ...['iscorrect', 'correct', 'approved', 'train', 'trainable', 'loss', 'weight', 'feedback'],
  ...['rating', 'score', 'quality', 'reward', 'stars', 'ispreferred'],
])

/** Columns whose numbers are on a scale that no one states: 0 need not be bad. */
const SCALES = new Set(['rating', 'score', 'quality', 'reward', 'stars'])

/** Names of the columns that are read as marks. */
export const MARK_NAMES: readonly string[] = [...TURN_LISTS, ...RECORD_MARKS]

const OFF = new Set(['false', '0', '0.0', 'no', 'off'])
const ON = new Set(['true', '1', '1.0', 'yes', 'on'])
const BAD = new Set(['bad', 'negative', 'undesirable', 'rejected', 'incorrect', 'wrong'])
const GOOD = new Set(['good', 'desirable', 'accepted', 'correct', 'chosen'])

export interface TurnMark {
  /** False: the turn is only read. */
  readonly inLoss: boolean
  /** Names of the fields that are marks. */
  readonly fields: readonly string[]
  /** A weight between 0 and 1, or above. */
  readonly fraction: boolean
}

/** What the fields of a message say about training on it. */
export function turnMark(message: JsonObject): TurnMark {
  const fields = Object.keys(message).filter(
    name => TURN_MARKS.has(plainName(name)) && isMark(message[name]),
  )
  return {
    inLoss: !fields.some(name => isOff(message[name])),
    fields,
    fraction: fields.some(name => !isOff(message[name]) && !ON.has(word(message[name]))),
  }
}

export interface RecordMark {
  readonly column: string
  /** `bad`: the answer is not to be trained on. `unread`: the value may rate the answer. */
  readonly verdict: 'good' | 'bad' | 'unread'
}

/** The columns of a record that rate its answer. */
export function recordMarks(record: JsonObject, used: ReadonlySet<string>): RecordMark[] {
  return Object.keys(record)
    .filter(name => RECORD_MARKS.has(plainName(name)) && !used.has(name))
    .filter(name => record[name] !== null && record[name] !== undefined && record[name] !== '')
    .map(column => ({ column, verdict: verdict(plainName(column), record[column]) }))
}

/** The column that lists a mark for each turn, and its values; undefined where there is none. */
export function turnMarkList(
  record: JsonObject,
  read: (value: unknown) => readonly unknown[] | null,
): { readonly column: string; readonly inLoss: readonly boolean[] } | undefined {
  for (const column of Object.keys(record)) {
    const list = TURN_LISTS.has(plainName(column)) ? read(record[column]) : null
    if (list?.every(isMark)) return { column, inLoss: list.map(value => !isOff(value)) }
  }
  return undefined
}

function verdict(name: string, value: unknown): RecordMark['verdict'] {
  const text = word(value)
  const scale = SCALES.has(name)
  if (BAD.has(text) || (OFF.has(text) && (!scale || typeof value === 'boolean'))) return 'bad'
  return GOOD.has(text) || (ON.has(text) && (!scale || typeof value === 'boolean'))
    ? 'good'
    : 'unread'
}

function isMark(value: unknown): boolean {
  return (
    typeof value === 'boolean' || /^(-?\d+(\.\d+)?|true|false|yes|no|on|off)$/.test(word(value))
  )
}

function isOff(value: unknown): boolean {
  return OFF.has(word(value))
}

function word(value: unknown): string {
  return (value instanceof SourceNumber ? value.text : String(value)).trim().toLowerCase()
}
