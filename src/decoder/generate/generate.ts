import type { Engine, State } from '../../compile/engine.js'
import { keyedUniform } from '../../math/random.js'
import type { DecoderConfig } from '../config.js'
import type { Runnables } from '../runnables.js'
import { growingCache, type GrowingCache } from './cache.js'
import { sampled } from './pick.js'
import { cachedProgram, programName, type Chunk } from './program.js'

export interface Model {
  readonly engine: Engine
  readonly config: DecoderConfig
  /** Holds the weights. */
  readonly state: State
  readonly runnables: Runnables
}

export interface GenerateOptions {
  /** Most tokens that are added to a prompt. */
  readonly maxTokens: number
  /** Tokens that end an answer; they are not part of it. */
  readonly eos: readonly number[]
  /** 0, the default, always takes the likeliest token. */
  readonly temperature?: number
  /** Keys the draws where the temperature is above 0. */
  readonly seed?: number
}

/** Prompts that go through the model together; more would only make the cache larger. */
const ROWS = 16
/** Prompt tokens that are read at once. */
const CHUNK = 32
/** Prompts shorter than this are read token by token: a padded chunk costs more. */
const FEW = 4

/**
 * Continues each prompt until a token of `eos`, `maxTokens`, or the last position that the model
 * knows. A prompt that would leave no room for an answer loses its beginning.
 *
 * @param prompts token ids, none empty
 * @returns the added tokens of each prompt
 */
export async function generate(
  model: Model,
  prompts: readonly ArrayLike<number>[],
  options: GenerateOptions,
): Promise<readonly number[][]> {
  const answers: number[][] = []
  for (let first = 0; first < prompts.length; first += ROWS) {
    answers.push(...(await together(model, prompts.slice(first, first + ROWS), first, options)))
  }
  return answers
}

/**
 * @param first index of the first of these prompts, so that draws do not depend on how prompts are
 * grouped
 */
async function together(
  model: Model,
  prompts: readonly ArrayLike<number>[],
  first: number,
  options: GenerateOptions,
): Promise<number[][]> {
  const { config } = model
  const { maxTokens, eos, temperature = 0, seed = 0 } = options
  const ids = prompts.map(prompt => fitting(prompt, config.maxPositions, maxTokens))
  const draws = ids.map((_, row) => keyedUniform([seed, first + row]))
  const choice: Choice =
    temperature > 0
      ? { answer: 'logits', choose: (logits, row) => sampled(logits, temperature, draws[row]!()) }
      : { answer: 'token' }

  const cache = growingCache(model, ids.length)
  const reader: Reader = { model, cache, choice }
  try {
    let chosen = await readPrompts(reader, ids)
    const answers = ids.map((): number[] => [])
    const open = new Set(ids.keys())
    while (open.size > 0) {
      for (const row of open) {
        const limit = Math.min(maxTokens, config.maxPositions - ids[row]!.length)
        const token = answers[row]!.length < limit ? chosen[row]!() : null
        if (token === null || eos.includes(token)) open.delete(row)
        else answers[row]!.push(token)
        if (answers[row]!.length === limit) open.delete(row)
      }
      // A row that is done reads its last token again
      const lastToken = (row: number): number => answers[row]!.at(-1) ?? ids[row]!.at(-1)!
      if (open.size > 0)
        chosen = await advance(
          reader,
          1,
          row => [lastToken(row)],
          row => ids[row]!.length + answers[row]!.length - 1,
        )
    }
    return answers
  } finally {
    cache.dispose()
  }
}

/** How a row's next token is found: by the engine, or here from its logits. */
type Choice =
  | { readonly answer: 'token' }
  | { readonly answer: 'logits'; choose(logits: Float32Array, row: number): number }

/** Rows of tokens on their way into one cache. */
interface Reader {
  readonly model: Model
  readonly cache: GrowingCache
  readonly choice: Choice
}

/** Says what comes next in a row; to be asked once. */
type Chosen = () => number

async function readPrompts(reader: Reader, ids: readonly number[][]): Promise<Chosen[]> {
  const longest = Math.max(...ids.map(row => row.length))
  const chosen: Chosen[] = []
  for (let start = 0; start < longest;) {
    const chunk = longest - start > FEW ? CHUNK : 1
    const end = start + chunk
    const from = start
    // A row that is over reads its last token again where single ones are read, and in a chunk
    // padding, which nothing sees
    const added = (row: number[]): number[] =>
      chunk === 1 ? [row[Math.min(from, row.length - 1)]!] : row.slice(from, end)
    const after = await advance(
      reader,
      chunk,
      row => added(ids[row]!),
      row => (chunk === 1 ? Math.min(from, ids[row]!.length - 1) : from),
    )
    ids.forEach((row, i) => {
      if (row.length > from && row.length <= end) chosen[i] = after[i]!
    })
    start = end
  }
  return chosen
}

/**
 * Reads up to `length` tokens of each row into the cache.
 *
 * @param rowStart position of a row's first token
 * @returns what comes after each row's last token; of no meaning for a row that had none
 */
async function advance(
  { model: { config, runnables, state }, cache, choice }: Reader,
  length: number,
  rowTokens: (row: number) => readonly number[],
  rowStart: (row: number) => number,
): Promise<Chosen[]> {
  const { rows } = cache
  const at = Int32Array.from({ length: rows }, (_, row) => rowStart(row))
  const { positions, state: cacheState } = await cache.reserve(Math.max(...at) + length)
  const tokens = new Int32Array(rows * length)
  const last = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const added = rowTokens(row)
    tokens.set(added, row * length)
    last[row] = row * length + Math.max(0, added.length - 1)
  }
  const shape = { rows, positions }
  const chunk: Chunk = { length, first: length > 1 && at.every(place => place === 0) }
  const program = await runnables.get(programName(shape, chunk, choice.answer), () =>
    cachedProgram(config, shape, chunk, choice.answer),
  )
  const { token, logits } = await program.run([state, cacheState], {
    tokens: { shape: [rows, length], dtype: 'int32', data: tokens },
    ...(chunk.first ? {} : { at: { shape: [rows], dtype: 'int32', data: at } }),
    ...(length > 1 ? { last: { shape: [rows], dtype: 'int32', data: last } } : {}),
  })
  return Array.from({ length: rows }, (_, row) => () => {
    if (choice.answer === 'token') return token!.data[row]!
    return choice.choose(
      (logits!.data as Float32Array).subarray(
        row * config.vocabulary,
        (row + 1) * config.vocabulary,
      ),
      row,
    )
  })
}

/** The end of a prompt that leaves room for an answer, half of the positions at most. */
function fitting(prompt: ArrayLike<number>, maxPositions: number, maxTokens: number): number[] {
  const most = maxPositions - Math.min(maxTokens, maxPositions >> 1)
  return Array.from(prompt).slice(-most)
}
