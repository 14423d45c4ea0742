import { UserError } from '../errors.js'
import { TimeLimitError, withTimeLimit } from '../util/time-limit.js'
import type { ChatTemplate } from './chat-template.js'
import type { Message } from './chat.js'
import { isJsonObject, type JsonObject } from './json-file.js'
import type { TransformersTokenizer } from './transformers-tokenizer.js'

/** Milliseconds; an ordinary model takes less than a hundredth of it. */
const LIMIT = 3_000
/** Characters of a run: cubic time would take more than the limit for it. */
const RUN = 1_000
/** An expression of exponential time never ends for so many. */
const SHORT_RUN = 64
const MAX_LITERALS = 32

/**
 * Splits texts that make badly written expressions backtrack.
 *
 * @throws UserError if tokenizer.json has a pattern that takes too long
 */
export function checkPatterns(
  dir: string,
  tokenizer: JsonObject,
  { pieces }: TransformersTokenizer,
): void {
  const patterns = regularExpressions(tokenizer)
  if (patterns.length === 0) return
  const kinds = [
    'a',
    'A',
    ' ',
    '\n',
    '\t',
    '\r\n',
    '1',
    '!',
    '_',
    "'",
    '中',
    'é',
    '🙂',
    'a1',
    'a ',
    'a.',
  ]
  const literals = [...new Set(patterns.join('').replace(/[\\^$.*+?()[\]{}|]/g, ''))]
  const texts = [
    ...kinds.map(kind => kind.repeat(RUN / kind.length)),
    ...literals.slice(0, MAX_LITERALS).map(literal => literal.repeat(SHORT_RUN)),
  ]
  limited(dir, 'a pattern of tokenizer.json', 'Use a model with another tokenizer', () => {
    // The last character fits no pattern: what has matched so far is tried again in other ways
    for (const text of texts) pieces(`${text}\u0001`)
  })
}

/** Sources of the expressions anywhere in tokenizer.json but its vocabulary. */
function regularExpressions({ normalizer, pre_tokenizer: preTokenizer }: JsonObject): string[] {
  const sources: string[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (isJsonObject(value)) {
      if (typeof value.Regex === 'string') sources.push(value.Regex)
      Object.values(value).forEach(visit)
    }
  }
  visit([normalizer, preTokenizer])
  return sources
}

const TURNS: readonly Message[] = [
  { role: 'system', content: 'Be brief.' },
  ...Array.from({ length: 6 }, (_, i): Message[] => [
    { role: 'user', content: `Question ${i}?` },
    { role: 'assistant', content: `Answer ${i}.` },
  ]).flat(),
]
const TOOL = {
  type: 'function',
  function: {
    name: 'tide',
    description: 'The tide at a berth',
    parameters: { type: 'object', properties: { berth: { type: 'integer' } } },
  },
}

/**
 * Compiles a template, and renders conversations with it.
 *
 * @throws UserError if that takes too long; what `compile` throws
 */
export function compileWithinLimit(subject: string, compile: () => ChatTemplate): ChatTemplate {
  return limited(subject, 'the chat template', 'Mend chat_template', () => {
    const template = compile()
    for (const tools of [undefined, [TOOL]])
      for (const generationPrompt of [false, true])
        try {
          template.render(TURNS, { generationPrompt, tools })
        } catch {
          // A template may reject a role or tools: that is said where data have them
        }
    return template
  })
}

function limited<T>(subject: string, what: string, remedy: string, work: () => T): T {
  try {
    return withTimeLimit(LIMIT, work)
  } catch (error) {
    if (!(error instanceof TimeLimitError)) throw error
    throw new UserError(subject, `${what} does not end within ${LIMIT / 1000} s`, remedy)
  }
}
