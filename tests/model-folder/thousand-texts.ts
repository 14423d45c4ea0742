import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { uniform } from '../decoder/tiny-llama.js'

/**
 * Small tokenizers of each kind, and the first digits of checksums of what transformers makes of
 * each text: scripts/golden/thousand_texts.py.
 */
export const golden = JSON.parse(
  readFileSync(new URL('../golden/thousand-texts.json', import.meta.url), 'utf8'),
) as {
  readonly count: number
  readonly longest: number
  readonly run: number
  readonly pieces: readonly (readonly string[])[]
  readonly tokenizers: Readonly<
    Record<
      string,
      {
        readonly tokenizer: object
        readonly ids: string
        readonly special: string
        readonly decoded: string
      }
    >
  >
  readonly chats: Readonly<Record<string, string>>
}

/** How texts are put together, as in the scripts that made the golden values. */
export interface TextRecipe {
  readonly count: number
  readonly longest: number
  readonly run: number
  readonly pieces: readonly (readonly string[])[]
}

/**
 * Words of many scripts, emoji, code, white space and special tokens, in runs; the same in Python.
 */
export const texts = textsFrom(golden)

export function textsFrom({ count, longest, run, pieces }: TextRecipe): readonly string[] {
  const chosen = <T>(from: readonly T[], index: number, stream: number): T =>
    from[Math.floor(uniform(index, stream) * from.length)]!
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: 1 + Math.floor(uniform(i, 1) * longest) }, (_, j) =>
      chosen(chosen(pieces, i * longest + Math.floor(j / run), 2), i * longest + j, 3),
    ).join(''),
  )
}

const DIGITS = 4
const SHOWN = 5

/** The first few texts of which something else was made than transformers makes of them. */
export function differing(
  made: (text: string) => unknown,
  expected: string,
  from: readonly string[] = texts,
): string[] {
  return from
    .filter((text, i) => checksum(made(text)) !== expected.slice(i * DIGITS, (i + 1) * DIGITS))
    .slice(0, SHOWN)
}

function checksum(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, DIGITS)
}
