import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { checkFiniteWeights } from '../../src/model-folder/finite-weights.js'
import { openModel, readWeights } from '../../src/model-folder/open-model.js'
import { writeSafetensors, type FloatType } from '../../src/model-folder/safetensors.js'
import { temporaryFolder, writeTinyModel } from './fixtures.js'

const root = temporaryFolder()
let count = 0
const fresh = (): string => join(root, `place-${count++}`)

/** Writes files below a new folder: text, or an object as JSON. */
function folder(files: Readonly<Record<string, string | object>>): string {
  const dir = fresh()
  mkdirSync(dir)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true })
    writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return dir
}

const MODEL = { 'config.json': {}, 'tokenizer.json': {} }
const below = (at: string): Record<string, object> =>
  Object.fromEntries(Object.entries(MODEL).map(([name, content]) => [`${at}/${name}`, content]))
const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const POINTER =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 9\n'

describe('a folder that is not the model', () => {
  it.each<[string, Readonly<Record<string, string | object>>, RegExp]>([
    [
      'an adapter of a model on the hub',
      { 'adapter_config.json': { base_model_name_or_path: 'ada/base-1b' } },
      /is a PEFT adapter of the model ada\/base-1b, not a model\. Name hf:ada\/base-1b to start from its base model\. To start from both, merge them/,
    ],
    [
      'an adapter of a model on the disk',
      { 'adapter_config.json': { base_model_name_or_path: '/models/base' } },
      /adapter of the model \/models\/base, not a model\. Name \/models\/base to/,
    ],
    [
      'an adapter beside a config.json, which transformers reads as an adapter too',
      { ...MODEL, 'adapter_config.json': { base_model_name_or_path: 'ada/base' } },
      /is a PEFT adapter of the model ada\/base/,
    ],
    [
      'an adapter of nothing',
      { 'adapter_config.json': {} },
      /adapter_config\.json names no base model\. .*merge_and_unload/,
    ],
    [
      "a repository in the hub's cache",
      { 'refs/main': COMMIT, ...below(`snapshots/${COMMIT}`), ...below('snapshots/aaaa') },
      new RegExp(
        `in the cache, whose files are under snapshots/\\. Name \\S+/snapshots/${COMMIT}\\.$`,
      ),
    ],
    [
      'its snapshots without a reference',
      { ...below('snapshots/aaaa'), ...below('snapshots/bbbb') },
      /Name \S+snapshots\/aaaa, or \S+snapshots\/bbbb/,
    ],
    [
      "the hub's whole cache",
      {
        'models--ada--base/refs/main': COMMIT,
        ...below(`models--ada--base/snapshots/${COMMIT}`),
      },
      new RegExp(`is a cache of models, not a model\\. Name \\S+base/snapshots/${COMMIT}`),
    ],
    [
      'a cache without a complete snapshot',
      { 'snapshots/aaaa/config.json': {} },
      /Fetch the model again: it has no complete snapshot/,
    ],
    [
      "a trainer's output",
      { ...below('checkpoint-9'), ...below('checkpoint-100'), ...below('checkpoint-20') },
      /is the output of a trainer: 3 checkpoints, no model of its own\. Name the newest, \S+checkpoint-100\.$/,
    ],
    [
      "a trainer's output with a best checkpoint",
      {
        ...below('checkpoint-10'),
        ...below('checkpoint-20'),
        'checkpoint-20/trainer_state.json': { best_model_checkpoint: 'out/checkpoint-10' },
      },
      /Name the newest, \S+checkpoint-20, or the best, \S+checkpoint-10/,
    ],
    ['a folder one level too high', below('my-model'), /a folder in it has one\. Name \S+my-model/],
    [
      'a folder two levels too high',
      below('run/final'),
      /a folder in it has one\. Name \S+run\/final/,
    ],
    [
      'a folder of many models',
      { ...below('a'), ...below('b'), ...below('c'), ...below('d') },
      /Name \S+a, or \S+b, or \S+c, or another of 4/,
    ],
    [
      'a folder of GGUF files',
      { 'ada-q4.gguf': 'GGUF' },
      /has weights as ada-q4\.gguf \(GGUF, of llama\.cpp\), and no config\.json\. Name the folder of the model in Hugging Face layout that it was made from/,
    ],
    [
      "Meta's own layout",
      { 'consolidated.00.pth': '', 'params.json': {} },
      /has weights as consolidated\.00\.pth \(PyTorch\), and no config\.json/,
    ],
  ])('%s is named, with what to name in its place', async (_, files, message) => {
    await expectRefusal(folder(files), message)
  })

  it('below a model: its parent is named', async () => {
    const dir = folder({ ...MODEL, 'onnx/x': '' })
    await expectRefusal(
      join(dir, 'onnx'),
      new RegExp(`a folder above it has one\\. Name ${dir}\\.$`),
    )
  })

  it('a file of weights is named by its format', async () => {
    const dir = folder({ 'ada.gguf': '' })
    await expectRefusal(join(dir, 'ada.gguf'), /is a file of weights in the format GGUF/)
  })

  it.each(['ada.gguf', 'pytorch_model.bin', 'model.pt', 'model.pth', 'model.ckpt'])(
    'a model with its weights as %s says how to convert them',
    async name => {
      const dir = await writeTinyModel(fresh(), { 'model.safetensors': null, [name]: 'x' })
      await expectRefusal(dir, /but no model\.safetensors\. Convert them: load the model in transf/)
    },
  )

  it('a model with shards and no index names the index', async () => {
    const dir = await writeTinyModel(fresh())
    for (const i of [1, 2])
      copyFileSync(join(dir, 'model.safetensors'), join(dir, `model-0000${i}-of-00002.safetensors`))
    renameSync(join(dir, 'model.safetensors'), join(dir, 'x'))
    await expectRefusal(dir, /and no model\.safetensors\.index\.json\. Download the index/)
  })
})

describe('what stands in place of a file', () => {
  it.each([
    'model.safetensors',
    'model.safetensors.index.json',
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'tokenizer.model',
    'generation_config.json',
    'special_tokens_map.json',
    'chat_template.jinja',
    'adapter_config.json',
  ])('a Git LFS pointer as %s is named', async name => {
    const dir = await writeTinyModel(fresh(), {
      ...(name === 'model.safetensors.index.json' ? { 'model.safetensors': null } : {}),
      [name]: POINTER,
    })
    const path = join(dir, name).replaceAll('.', '\\.')
    await expectRefusal(dir, new RegExp(`^${path}: is a Git LFS pointer.*git lfs pull`))
  })

  it('a shard may be one', async () => {
    const dir = await writeTinyModel(fresh(), {
      'model.safetensors': null,
      'model.safetensors.index.json': { weight_map: { a: 'model-1.safetensors' } },
      'model-1.safetensors': POINTER.replace('git-lfs', 'hawser'),
    })
    await expectRefusal(dir, /model-1\.safetensors: is a Git LFS pointer/)
  })

  it('a web page or a refusal is named too', async () => {
    for (const [text, message] of [
      ['<!DOCTYPE html><html>Sign in</html>', /is a web page/],
      ['Entry not found', /is a hub's refusal, saved in place of the file/],
    ] as const) {
      await expectRefusal(await writeTinyModel(fresh(), { 'tokenizer.json': text }), message)
      await expectRefusal(await writeTinyModel(fresh(), { 'model.safetensors': text }), message)
    }
  })
})

describe('an architecture', () => {
  it.each([
    { architectures: ['LLaMAForCausalLM'] },
    { architectures: ['LlamaForCausalLm'] },
    { architectures: ['LlamaModel'] },
    { architectures: ['MyLlama'] },
    { architectures: [] },
    { architectures: null },
    { architectures: 'LlamaForCausalLM' },
    { architectures: ['LLaMAForCausalLM'], model_type: undefined },
    { architectures: ['AutoModelForCausalLM'] },
  ])('spelled as %o is that of model_type', async config => {
    const dir = await writeTinyModel(fresh(), { 'config.json': config })
    expect((await openModel(dir)).architecture).toBe('LlamaForCausalLM')
  })

  it.each<[object, RegExp]>([
    [{ architectures: ['LlamaForSequenceClassification'] }, /is a LlamaForSequenceClassification/],
    [
      { architectures: ['LlamaForCausalLM'], model_type: 'gemma' },
      /LlamaForCausalLM of model_type "gemma"/,
    ],
    [{ architectures: undefined, model_type: 'phi3' }, /the model is a phi3, which is not/],
  ])('of %o is refused', async (config, message) => {
    await expectRefusal(await writeTinyModel(fresh(), { 'config.json': config }), message)
  })
})

describe('weights that are not numbers', () => {
  it.each<[FloatType, number]>(
    (['F32', 'F16', 'BF16'] as const).flatMap(dtype =>
      [NaN, Infinity, -Infinity].map(value => [dtype, value] as [FloatType, number]),
    ),
  )('in %s, %d, are named by tensor and place', async (dtype, value) => {
    const dir = await writeTinyModel(fresh())
    const weights = await readWeights(await openModel(dir))
    const name = 'model.layers.1.mlp.up_proj.weight'
    weights[name]!.data[2 * 8 + 5] = value
    await writeSafetensors(
      join(dir, 'model.safetensors'),
      weights,
      {},
      Object.fromEntries(Object.keys(weights).map(name => [name, dtype])),
    )
    const message =
      /model\.safetensors: model\.layers\.1\.mlp\.up_proj\.weight has a weight that is not a finite number \(NaN or infinity\), at \[2, 5\]/
    const model = await openModel(dir)
    await expect(readWeights(model)).rejects.toThrow(message)
    await expect(checkFiniteWeights(model.files)).rejects.toThrow(message)
  })

  it('are none of the largest and smallest that are', async () => {
    const dir = await writeTinyModel(fresh())
    const model = await openModel(dir)
    const weights = await readWeights(model)
    weights['model.norm.weight']!.data.set([3.4e38, -3.4e38, 1e-45, -0, 65504, 6e-8, 1, 0])
    await writeSafetensors(join(dir, 'model.safetensors'), weights)
    await checkFiniteWeights(model.files)
    expect(await readWeights(model)).toEqual(weights)
  })
})

async function expectRefusal(dir: string, message: RegExp): Promise<void> {
  const error: unknown = await openModel(dir).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UserError)
  expect((error as UserError).message).toMatch(message)
}
