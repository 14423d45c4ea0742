import type { Engine, State } from '../../compile/engine.js'
import type { HostTensor, Named } from '../../compile/program.js'
import { keyedUniform } from '../../math/random.js'
import type { DecoderConfig } from '../model/config.js'
import type { Runnables } from '../model/runnables.js'
import { sizeOf } from '../model/weights.js'
import { cachedProgram, cacheSpecs, type CacheShape } from './program.js'
import { greedy, sampled } from './pick.js'

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
 * Continues each prompt until a token of `eos`, `maxTokens`, or the last position that the model knows.
 * A prompt that would leave no room for an answer loses its beginning.
 *
 * @param prompts token ids, none empty
 * @returns the added tokens of each prompt
 */
export async function generate(model: Model, prompts: readonly ArrayLike<number>[], options: GenerateOptions): Promise<readonly number[][]> {
  const answers: number[][] = []
  for (let first = 0; first < prompts.length; first += ROWS) {
    answers.push(...(await together(model, prompts.slice(first, first + ROWS), first, options)))
  }
  return answers
}

/** @param first index of the first of these prompts, so that draws do not depend on how prompts are grouped */
async function together(model: Model, prompts: readonly ArrayLike<number>[], first: number, options: GenerateOptions): Promise<number[][]> {
  const { config, engine } = model
  const { maxTokens, eos, temperature = 0, seed = 0 } = options
  const ids = prompts.map(prompt => fitting(prompt, config.maxPositions, maxTokens))
  const shape: CacheShape = { rows: ids.length, positions: cacheSize(Math.max(...ids.map(row => row.length)) + maxTokens, config.maxPositions) }
  const draws = ids.map((_, row) => keyedUniform([seed, first + row]))
  const choose = (logits: Float32Array, row: number): number => (temperature > 0 ? sampled(logits, temperature, draws[row]!()) : greedy(logits))

  const cache = await engine.createState(emptyCache(config, shape))
  try {
    let logits = await readPrompts(model, cache, shape, ids)
    const answers = ids.map((): number[] => [])
    const open = new Set(ids.keys())
    while (open.size > 0) {
      for (const row of open) {
        const room = Math.min(maxTokens, config.maxPositions - ids[row]!.length)
        const token = answers[row]!.length < room ? choose(logits[row]!, row) : null
        if (token === null || eos.includes(token)) open.delete(row)
        else answers[row]!.push(token)
      }
      // The last token of a full answer needs no look ahead, but the row leaves only at the next turn: that costs one step in an answer
      if (open.size > 0) logits = await advance(model, cache, shape, 1, row => (open.has(row) ? [answers[row]!.at(-1)!] : []), row => ids[row]!.length + answers[row]!.length - 1)
    }
    return answers
  } finally {
    cache.dispose()
  }
}

/** @returns logits after the last token of each prompt */
async function readPrompts(model: Model, cache: State, shape: CacheShape, ids: readonly number[][]): Promise<Float32Array[]> {
  const longest = Math.max(...ids.map(row => row.length))
  const logits: Float32Array[] = []
  for (let start = 0; start < longest;) {
    const chunk = longest - start > FEW ? CHUNK : 1
    const end = start + chunk
    const from = start
    const after = await advance(model, cache, shape, chunk, row => ids[row]!.slice(from, end), () => from)
    ids.forEach((row, i) => {
      if (row.length > from && row.length <= end) logits[i] = after[i]!
    })
    start = end
  }
  return logits
}

/**
 * Reads up to `chunk` tokens of each row into the cache.
 *
 * @param tokensOf none for a row that has nothing to add
 * @param startOf  position of a row's first token
 * @returns logits after each row's last token; of no meaning for a row that had none
 */
async function advance(
  { config, runnables, state }: Model, cache: State, shape: CacheShape, chunk: number, tokensOf: (row: number) => readonly number[], startOf: (row: number) => number,
): Promise<Float32Array[]> {
  const { rows, positions } = shape
  const tokens = new Int32Array(rows * chunk)
  const at = new Int32Array(rows * chunk).fill(positions)
  const last = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const added = tokensOf(row)
    added.forEach((token, i) => {
      tokens[row * chunk + i] = token
      at[row * chunk + i] = startOf(row) + i
    })
    last[row] = row * chunk + Math.max(0, added.length - 1)
  }
  const program = await runnables.get(`decode ${rows}x${chunk} of ${positions}`, () => cachedProgram(config, shape, chunk))
  const { logits } = await program.run([state, cache], {
    tokens: { shape: [rows, chunk], dtype: 'int32', data: tokens },
    at: { shape: [rows, chunk], dtype: 'int32', data: at },
    last: { shape: [rows], dtype: 'int32', data: last },
  })
  const data = logits!.data as Float32Array
  return Array.from({ length: rows }, (_, row) => data.subarray(row * config.vocabulary, (row + 1) * config.vocabulary))
}

/** The end of a prompt that leaves room for an answer, half of the positions at most. */
function fitting(prompt: ArrayLike<number>, maxPositions: number, maxTokens: number): number[] {
  const most = maxPositions - Math.min(maxTokens, maxPositions >> 1)
  return Array.from(prompt).slice(-most)
}

/** Few sizes, so that few programs are built: powers of two, as far as the model reaches. */
function cacheSize(wanted: number, maxPositions: number): number {
  return Math.min(maxPositions, Math.max(64, 2 ** Math.ceil(Math.log2(wanted))))
}

function emptyCache(config: DecoderConfig, shape: CacheShape): Named<HostTensor> {
  return Object.fromEntries(Object.entries(cacheSpecs(config, shape)).map(([name, spec]) => [name, { ...spec, data: new Float32Array(sizeOf(spec.shape)) }]))
}
