import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTokenizer, type Tokenizer } from '../../src/model-folder/tokenizer.js'
import { temporaryFolder } from './fixtures.js'
import { differing, textsFrom, type TextRecipe } from './thousand-texts.js'

/** Made by scripts/golden/tokenizer_kinds.py. */
const golden = JSON.parse(
  readFileSync(new URL('../golden/tokenizer-kinds.json', import.meta.url), 'utf8'),
) as TextRecipe & {
  readonly models: readonly object[]
  readonly kinds: Readonly<
    Record<
      string,
      {
        readonly tokenizer: { readonly model: number }
        readonly files: Readonly<Record<string, object>>
        readonly size: number
        readonly eos: number
        readonly ids: string
        readonly special: string
        readonly decoded: string
        readonly raw: string
      }
    >
  >
}
const texts = textsFrom(golden)
const root = temporaryFolder()

async function open(name: string): Promise<Tokenizer> {
  const { tokenizer, files } = golden.kinds[name]!
  const dir = join(root, name.replaceAll(/\W+/g, '-'))
  mkdirSync(dir, { recursive: true })
  const all = {
    ...files,
    'tokenizer.json': { ...tokenizer, model: golden.models[tokenizer.model] },
  }
  for (const [name, content] of Object.entries(all))
    writeFileSync(join(dir, name), JSON.stringify(content))
  return openTokenizer(dir, { max_position_embeddings: 512 })
}

describe.each(Object.keys(golden.kinds))('the tokenizer "%s"', name => {
  const { ids, special, decoded, raw, size, eos } = golden.kinds[name]!

  it('gives the tokens of transformers', async () => {
    const tokenizer = await open(name)
    const plain = (text: string): number[] => tokenizer.encode(text, { addSpecial: false })
    expect(differing(plain, ids, texts)).toEqual([])
    expect(differing(text => tokenizer.encode(text), special, texts)).toEqual([])
    expect(tokenizer.vocabulary).toBe(size)
    expect(tokenizer.eos[0]).toBe(eos)
  })

  it('gives the text back that transformers does', async () => {
    const tokenizer = await open(name)
    const plain = (text: string): number[] => tokenizer.encode(text, { addSpecial: false })
    expect(differing(text => tokenizer.decode(plain(text)), decoded, texts)).toEqual([])
    expect(
      differing(text => tokenizer.decode(plain(text), { skipSpecial: false }), raw, texts),
    ).toEqual([])
  })
})
