import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { openModel, readWeights, type ModelFolder } from '../../src/model-folder/open-model.js'
import { readHeader, writeSafetensors } from '../../src/model-folder/safetensors.js'
import { writeModel } from '../../src/model-folder/write-model.js'
import { initialWeights } from '../../src/decoder/weights.js'
import { chatTemplates, temporaryFolder, tokenizers, writeTinyModel } from './fixtures.js'

const root = temporaryFolder()
let count = 0

async function setting(
  files: Parameters<typeof writeTinyModel>[1] = {},
): Promise<{ from: ModelFolder; dir: string; parent: string }> {
  const parent = join(root, `${count++}`)
  const from = await openModel(await writeTinyModel(join(parent, 'model'), files))
  return { from, dir: join(parent, 'export'), parent }
}

const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'))

describe('an exported model', () => {
  it('has the named chat templates of the model it is of', async () => {
    const { from: plain, dir } = await setting({ 'chat_template.jinja': 'D' })
    mkdirSync(join(plain.dir, 'additional_chat_templates'))
    writeFileSync(join(plain.dir, 'additional_chat_templates', 'tool_use.jinja'), 'T')
    const from = await openModel(plain.dir)
    await writeModel(dir, { from, weights: initialWeights(from.config, 2), card: '' })
    for (const { tokenizer } of [from, await openModel(dir)]) {
      const render = (tools?: readonly unknown[]): string =>
        tokenizer.renderPrompt([{ role: 'user', content: 'a' }], tools)
      expect([render(), render([{}])]).toEqual(['D', 'T'])
    }
  })

  it('opens as the model it is of, with its own weights', async () => {
    const { from, dir, parent } = await setting()
    const weights = initialWeights(from.config, 2)
    expect(await writeModel(dir, { from, weights, card: '# Ada\n' })).toBe(true)
    const exported = await openModel(dir)
    expect(await readWeights(exported)).toEqual(weights)
    expect(exported.config).toEqual(from.config)
    expect(exported.parameters).toBe(from.parameters)
    expect(exported.tokenizer.encode('Hello there')).toEqual(from.tokenizer.encode('Hello there'))
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('# Ada\n')
    expect(json(dir, 'config.json')).toEqual({ ...from.source, torch_dtype: 'float32' })
    expect(readdirSync(parent).sort()).toEqual(['export', 'model'])
  })

  it('keeps the head that its files have, and its config.json says so', async () => {
    const { from: plain, dir } = await setting()
    const head = { ...initialWeights(plain.config, 3)['model.embed_tokens.weight']! }
    await writeSafetensors(join(plain.dir, 'model.safetensors'), {
      ...initialWeights(plain.config, 1),
      'lm_head.weight': head,
    })
    const from = await openModel(plain.dir)
    const weights = { ...initialWeights(plain.config, 2), 'lm_head.weight': head }
    await writeModel(dir, { from, weights, card: '' })
    expect(json(dir, 'config.json')).toMatchObject({
      architectures: ['LlamaForCausalLM'],
      tie_word_embeddings: false,
    })
    expect(await readWeights(await openModel(dir))).toEqual(weights)
  })

  it.each([
    ['F16', 'float16'],
    ['BF16', 'bfloat16'],
  ] as const)('keeps names and dtype of a model in %s', async (dtype, torchName) => {
    const { from: plain, parent } = await setting()
    const bare = (name: string): string => name.replace(/^model\./, '')
    const given = Object.fromEntries(
      Object.entries(initialWeights(plain.config, 1)).map(([name, tensor]) => [bare(name), tensor]),
    )
    await writeSafetensors(
      join(plain.dir, 'model.safetensors'),
      given,
      {},
      Object.fromEntries(Object.keys(given).map(name => [name, dtype])),
    )
    const from = await openModel(plain.dir)
    const weights = await readWeights(from)
    await writeModel(join(parent, 'export'), { from, weights, card: '' })
    const { tensors } = await readHeader(join(parent, 'export', 'model.safetensors'))
    expect([...tensors.keys()].sort()).toEqual(Object.keys(given).sort())
    expect(new Set([...tensors.values()].map(tensor => tensor.dtype))).toEqual(new Set([dtype]))
    expect(json(parent, 'export', 'config.json')).toMatchObject({ torch_dtype: torchName })
    // Rounded weights are rounded to themselves
    expect(await readWeights(await openModel(join(parent, 'export')))).toEqual(weights)
  })

  it('takes the dialogue of a base model along as its chat template', async () => {
    const { from, dir } = await setting()
    await writeModel(dir, { from, weights: initialWeights(from.config, 2), card: '' })
    const { tokenizer } = await openModel(dir)
    expect(tokenizer.hasTemplate).toBe(true)
    const question = [{ role: 'user' as const, content: 'Hi' }]
    expect(tokenizer.renderPrompt(question)).toBe(from.tokenizer.renderPrompt(question))
  })

  it('keeps the chat template of its model, and stops where that ends an answer', async () => {
    const template = chatTemplates.chatml!.template
    const { from, dir } = await setting({
      'tokenizer.json': tokenizers['byte level'].tokenizer,
      'chat_template.jinja': template,
      'generation_config.json': { temperature: 0.6, eos_token_id: 2 },
    })
    await writeModel(dir, { from, weights: initialWeights(from.config, 2), card: '' })
    expect(readFileSync(join(dir, 'chat_template.jinja'), 'utf8')).toBe(template)
    expect(json(dir, 'generation_config.json')).toEqual({
      temperature: 0.6,
      bos_token_id: 1,
      eos_token_id: from.tokenizer.eos,
    })
    expect(from.tokenizer.eos).toHaveLength(2)
  })

  it('replaces an earlier export', async () => {
    const { from, dir, parent } = await setting()
    await writeModel(dir, { from, weights: initialWeights(from.config, 2), card: 'first' })
    const weights = initialWeights(from.config, 3)
    await writeModel(dir, { from, weights, card: 'second' })
    expect(await readWeights(await openModel(dir))).toEqual(weights)
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('second')
    expect(readdirSync(parent).sort()).toEqual(['export', 'model'])
  })

  it('may be written where an empty folder is', async () => {
    const { from, dir } = await setting()
    mkdirSync(dir)
    await writeModel(dir, { from, weights: initialWeights(from.config, 2), card: '' })
    expect(existsSync(join(dir, 'model.safetensors'))).toBe(true)
  })

  it('never replaces what no export wrote', async () => {
    const { from, dir, parent } = await setting()
    const write = (to: string): Promise<unknown> =>
      writeModel(to, { from, weights: initialWeights(from.config, 2), card: '' }).catch(
        (error: unknown) => error,
      )
    const own = join(parent, 'model')
    const before = readdirSync(own)
    expect(await write(own)).toEqual(
      new UserError(
        own,
        'holds files that no export wrote',
        'Choose another folder, or move it away',
      ),
    )
    expect(readdirSync(own)).toEqual(before)
    await write(dir)
    writeFileSync(join(dir, 'notes.txt'), 'mine')
    expect(await write(dir)).toMatchObject({
      problem: 'holds notes.txt, which was added to the export',
    })
    expect(readFileSync(join(dir, 'notes.txt'), 'utf8')).toBe('mine')
    writeFileSync(join(parent, 'file'), '')
    expect(await write(join(parent, 'file'))).toMatchObject({ problem: 'is a file' })
    expect(readdirSync(parent).sort()).toEqual(['export', 'file', 'model'])
  })

  it('is put in place only when it is found good, and an earlier one stays until then', async () => {
    const { from, dir, parent } = await setting()
    const write = (card: string, verify: (dir: string) => Promise<boolean>): Promise<boolean> =>
      writeModel(dir, { from, weights: initialWeights(from.config, 2), card, verify })
    const seen: string[] = []
    expect(
      await write(
        'bad',
        async beside => (
          seen.push(readFileSync(join(beside, 'README.md'), 'utf8')),
          (await openModel(beside)).parameters < 0
        ),
      ),
    ).toBe(false)
    expect(seen).toEqual(['bad'])
    expect(readdirSync(parent)).toEqual(['model'])
    expect(await write('good', () => Promise.resolve(true))).toBe(true)
    expect(await write('bad', () => Promise.resolve(false))).toBe(false)
    await expect(write('worse', () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    )
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('good')
    expect(readdirSync(parent).sort()).toEqual(['export', 'model'])
  })

  it('comes back where a crash left it aside', async () => {
    const { from, dir, parent } = await setting()
    await writeModel(dir, { from, weights: initialWeights(from.config, 2), card: 'kept' })
    renameSync(dir, join(parent, '.export.tune-export-old'))
    mkdirSync(join(parent, '.export.tune-export-new'))
    writeFileSync(join(parent, '.export.tune-export-new', 'torn'), '')
    expect(
      await writeModel(dir, {
        from,
        weights: initialWeights(from.config, 2),
        card: 'bad',
        verify: () => Promise.resolve(false),
      }),
    ).toBe(false)
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('kept')
    expect(readdirSync(parent).sort()).toEqual(['export', 'model'])
  })

  it('is not begun with weights that are not its own', async () => {
    const { from, dir, parent } = await setting()
    const rest = Object.fromEntries(
      Object.entries(initialWeights(from.config, 2)).filter(
        ([name]) => name !== 'model.norm.weight',
      ),
    )
    await expect(writeModel(dir, { from, weights: rest, card: '' })).rejects.toThrow(
      /model\.norm\.weight must have shape \[8\]/,
    )
    expect(readdirSync(parent)).toEqual(['model'])
  })
})
