import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { openModel, readWeights } from '../../src/model-folder/open-model.js'
import { writeSafetensors } from '../../src/model-folder/safetensors.js'
import { initialWeights } from '../../src/decoder/weights.js'
import { CONFIG, temporaryFolder, writeTinyModel } from './fixtures.js'

const root = temporaryFolder()
let count = 0
const fresh = (): string => join(root, `model-${count++}`)
const weights = async (dir: string): ReturnType<typeof readWeights> =>
  readWeights(await openModel(dir))

describe('a model folder', () => {
  it('opens with its config, tokenizer and size', async () => {
    const dir = await writeTinyModel(fresh())
    const model = await openModel(dir)
    expect(model).toMatchObject({
      dir,
      architecture: 'LlamaForCausalLM',
      parameters: 4440,
      config: {
        architecture: 'llama',
        width: 8,
        layers: 2,
        heads: 4,
        kvHeads: 2,
        headDim: 2,
        ffnWidth: 12,
        vocabulary: 430,
        maxPositions: 64,
        ropeTheta: 10000,
        normEpsilon: 1e-5,
        tied: true,
      },
      tokenizer: { vocabulary: 420, contextLength: 64, bos: 1, eos: [2], hasTemplate: false },
    })
    expect(await readWeights(model)).toEqual(initialWeights(model.config, 1))
  })

  it('may have its weights in several files', async () => {
    const dir = await writeTinyModel(fresh())
    const whole = await weights(dir)
    const names = Object.keys(whole)
    const half = (keep: (i: number) => boolean): typeof whole =>
      Object.fromEntries(names.filter((_, i) => keep(i)).map(name => [name, whole[name]!]))
    await writeSafetensors(
      join(dir, 'model-1.safetensors'),
      half(i => i % 2 === 0),
    )
    await writeSafetensors(
      join(dir, 'model-2.safetensors'),
      half(i => i % 2 === 1),
    )
    renameSync(join(dir, 'model.safetensors'), join(dir, 'elsewhere'))
    const index = (map: object): void =>
      writeFileSync(join(dir, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }))
    index(Object.fromEntries(names.map((name, i) => [name, `model-${1 + (i % 2)}.safetensors`])))
    expect(await weights(dir)).toEqual(whole)
    index({ a: '../model-1.safetensors' })
    await expectRefusal(
      dir,
      /names the file "\.\.\/model-1\.safetensors", which is not a safetensors file of this folder/,
    )
    index({ a: 'model-3.safetensors' })
    await expectRefusal(dir, /model-3\.safetensors is missing/)
    index({})
    await expectRefusal(dir, /has no weight_map/)
  })

  it('ties lm_head.weight to the embedding only if the files have the same values', async () => {
    const dir = await writeTinyModel(fresh())
    const plain = await weights(dir)
    const head = {
      shape: [430, 8],
      dtype: 'float32' as const,
      data: new Float32Array(430 * 8).fill(1),
    }
    const withHead = (tensor: typeof head): Promise<void> =>
      writeSafetensors(join(dir, 'model.safetensors'), { ...plain, 'lm_head.weight': tensor })
    await withHead(plain['model.embed_tokens.weight'] as typeof head)
    expect(await weights(dir)).toEqual(plain)
    await withHead(head)
    expect((await openModel(dir)).config.tied).toBe(false)
    expect((await weights(dir))['lm_head.weight']).toEqual(head)
    writeFileSync(
      join(dir, 'config.json'),
      JSON.stringify({ ...CONFIG, tie_word_embeddings: false }),
    )
    expect((await weights(dir))['lm_head.weight']).toEqual(head)
  })

  it('may have ids beyond its embedding, but no text with one', async () => {
    const { tokenizer } = await openModel(
      await writeTinyModel(fresh(), { 'tokenizer.json': withToken('<extra>') }),
    )
    expect(tokenizer.vocabulary).toBe(431)
    expect(tokenizer.encode('Hi')).toEqual(expect.any(Array))
    expect(() => tokenizer.encode('a <extra>')).toThrow(
      /the token "<extra>" has the id 430 and the model's embedding ends at 429/,
    )
  })

  it('may have its rotary base where transformers 5 writes it', async () => {
    const dir = await writeTinyModel(fresh(), {
      'config.json': {
        rope_theta: undefined,
        rope_parameters: { rope_type: 'default', rope_theta: 500000 },
      },
    })
    expect((await openModel(dir)).config.ropeTheta).toBe(500000)
  })

  it('has the defaults of LlamaConfig for what config.json leaves out', async () => {
    const dir = await writeTinyModel(fresh(), {
      'config.json': {
        rope_theta: undefined,
        rms_norm_eps: undefined,
        max_position_embeddings: undefined,
        hidden_act: undefined,
        architectures: undefined,
      },
    })
    expect((await openModel(dir)).config).toMatchObject({
      ropeTheta: 10000,
      normEpsilon: 1e-6,
      maxPositions: 2048,
    })
  })
})

describe('a model folder is refused with what to do', () => {
  const garbage = Buffer.from('not safetensors at all')

  it.each<[string, Parameters<typeof writeTinyModel>[1], RegExp]>([
    [
      'it has no config.json',
      { 'config.json': null },
      /has no config\.json\. Name the folder of a model/,
    ],
    [
      'config.json is malformed',
      { 'config.json': '{"a": 1,\n "b": }' },
      /config\.json: malformed JSON at line 2, column 7: expected a value, found "}"/,
    ],
    ['config.json is a list', { 'config.json': '[]' }, /is JSON, but not an object/],
    [
      'it is of another architecture',
      { 'config.json': { architectures: ['GemmaForCausalLM'], model_type: 'gemma' } },
      /the model is a GemmaForCausalLM, which is not supported\. Use a model of LlamaForCausalLM, .* or GPT2LMHeadModel, or have a program of your own train it: `command`/,
    ],
    [
      'it is of an architecture that objects inherit',
      { 'config.json': { architectures: ['toString'] } },
      /the model is a toString, which is not supported/,
    ],
    [
      'config.json names no architecture',
      { 'config.json': { architectures: undefined, model_type: undefined } },
      /names no architecture/,
    ],
    [
      'it scales its rotary positions in another way',
      { 'config.json': { rope_scaling: { type: 'longrope', factor: 8 } } },
      /asks for rope_scaling of type "longrope", which is not supported\. Use a model with rotary positions of type/,
    ],
    [
      'it scales them by nothing',
      { 'config.json': { rope_scaling: { type: 'linear', factor: 0 } } },
      /rope_scaling\.factor is 0, which is not a positive number/,
    ],
    [
      'it rotates a part of each head',
      { 'config.json': { partial_rotary_factor: 0.5 } },
      /partial_rotary_factor 0\.5/,
    ],
    [
      'the biases are missing that it asks for',
      { 'config.json': { attention_bias: true } },
      /have no tensor model\.layers\.0\.self_attn\.q_proj\.bias/,
    ],
    ['it has another activation', { 'config.json': { hidden_act: 'gelu' } }, /hidden_act "gelu"/],
    [
      'it is quantized',
      { 'config.json': { quantization_config: { bits: 4 } } },
      /quantization_config/,
    ],
    ['a size is missing', { 'config.json': { hidden_size: undefined } }, /has no hidden_size/],
    [
      'a size is no number',
      { 'config.json': { num_hidden_layers: '5' } },
      /num_hidden_layers is "5", which is not a whole number from 1 to 1024/,
    ],
    [
      'a size is out of all proportion',
      { 'config.json': { num_hidden_layers: 1e9 } },
      /num_hidden_layers is 1000000000/,
    ],
    [
      'heads do not divide',
      { 'config.json': { num_key_value_heads: 3 } },
      /4 attention heads do not divide among 3 key-value heads/,
    ],
    [
      'shapes do not fit',
      { 'config.json': { hidden_size: 16, head_dim: 2 } },
      /model\.embed_tokens\.weight has shape \[430, 8\] and config\.json calls for \[430, 16\]/,
    ],
    [
      'a layer is missing',
      { 'config.json': { num_hidden_layers: 3 } },
      /have no tensor model\.layers\.2\.input_layernorm\.weight/,
    ],
    [
      'the output projection is missing',
      { 'config.json': { tie_word_embeddings: false } },
      /have no tensor lm_head\.weight/,
    ],
    [
      'it has no tokenizer.json',
      { 'tokenizer.json': null },
      /has no tokenizer\.json\. Load the tokenizer in transformers/,
    ],
    [
      'tokenizer.json is of no known kind',
      { 'tokenizer.json': {} },
      /tokenizer\.json cannot be used/,
    ],
    [
      'the tokenizer is of another model',
      { 'tokenizer.json': withToken('Hello') },
      /the token "Hello" has the id 430 and the model's embedding ends at 429\. Use the tokenizer of this model/,
    ],
    [
      'its chat template has a token beyond its embedding',
      {
        'tokenizer.json': withToken('<extra>'),
        'tokenizer_config.json': {
          eos_token: '</s>',
          chat_template: '{% for m in messages %}<extra>{{ m.content }}{% endfor %}',
        },
      },
      /the token "<extra>" has the id 430/,
    ],
    ['it has no weights', { 'model.safetensors': null }, /has no model\.safetensors\. Download/],
    [
      'it has weights of another kind',
      { 'model.safetensors': null, 'pytorch_model.bin': garbage },
      /has weights as pytorch_model\.bin, but no model\.safetensors\. Convert them/,
    ],
    [
      'its weights are something else',
      { 'model.safetensors': garbage },
      /model\.safetensors: the header claims/,
    ],
  ])('when %s', async (_, files, message) => {
    await expectRefusal(await writeTinyModel(fresh(), files), message)
  })

  it('when it is not there, or a file', async () => {
    await expectRefusal(join(root, 'nowhere'), /nowhere: there is no such folder/)
    writeFileSync(join(root, 'file'), '')
    await expectRefusal(join(root, 'file'), /file: is not a folder/)
  })

  it('when its weights are cut off', async () => {
    const dir = await writeTinyModel(fresh())
    const path = join(dir, 'model.safetensors')
    writeFileSync(path, readFileSync(path).subarray(0, -1))
    await expectRefusal(dir, /it is cut off\. Download or copy the file again/)
  })

  it('when it has integer weights', async () => {
    const dir = await writeTinyModel(fresh())
    const all = await weights(dir)
    await writeSafetensors(join(dir, 'model.safetensors'), {
      ...all,
      'model.norm.weight': { shape: [8], dtype: 'int32', data: new Int32Array(8) },
    })
    await expectRefusal(dir, /model\.norm\.weight has dtype I32/)
  })

  it('when it is empty', async () => {
    const dir = fresh()
    mkdirSync(dir)
    await expectRefusal(dir, /has no config\.json/)
  })
})

async function expectRefusal(dir: string, message: RegExp): Promise<void> {
  const error: unknown = await openModel(dir).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UserError)
  expect((error as UserError).message).toMatch(message)
}

/** With ten tokens more, up to the end of the embedding, and one that is the first beyond it. */
function withToken(content: string): object {
  const golden = JSON.parse(
    readFileSync(new URL('../golden/tokenizers.json', import.meta.url), 'utf8'),
  ) as { normalizer: { tokenizer: { added_tokens: object[] } } }
  const { tokenizer } = golden.normalizer
  const names = [...Array.from({ length: 10 }, (_, i) => `<filler ${i}>`), content]
  return {
    ...tokenizer,
    added_tokens: [
      ...tokenizer.added_tokens,
      ...names.map((content, i) => ({
        id: 420 + i,
        content,
        special: true,
        lstrip: false,
        rstrip: false,
        normalized: false,
        single_word: false,
      })),
    ],
  }
}
