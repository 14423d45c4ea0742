import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSources } from '../../src/dataset/sources.js'
import { temporaryFolder } from '../model-folder/fixtures.js'

const root = temporaryFolder()
let folders = 0

function folder(...files: readonly (string | readonly [string, string])[]): string {
  const path = join(root, String(folders++))
  for (const entry of files) {
    const [name, text] = typeof entry === 'string' ? [entry, '{}'] : entry
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

async function sources(path: string, inside = '') {
  const { files, setAside } = await findSources(join(path, inside))
  const names = (all: readonly string[]) => all.map(file => relative(path, file))
  return { files: names(files), setAside: names(setAside) }
}

const card = (...configs: readonly string[]) =>
  ['README.md', `---\nconfigs:\n${configs.join('\n')}\n---\nWords.\n`] as const
const config = (name: string, path: string, extra = '') =>
  `- config_name: ${name}\n${extra}  data_files:\n  - split: train\n    path: ${path}`

describe('a folder with configurations in its README.md', () => {
  const files = ['short/train.jsonl', 'short/test.jsonl', 'full/train.jsonl']

  it('has the files of the only one, or of the default', async () => {
    expect(await sources(folder(...files, card(config('short', 'short/train.jsonl'))))).toEqual({
      files: ['short/train.jsonl'],
      setAside: ['full/train.jsonl', 'short/test.jsonl'],
    })
    const two = card(
      config('short', 'short/train.jsonl'),
      config('full', 'full/*.jsonl', '  default: true\n'),
    )
    expect((await sources(folder(...files, two))).files).toEqual(['full/train.jsonl'])
  })

  it('is refused if there are several, each of which can be named', async () => {
    const two = card(config('brief', 'short/train.jsonl'), config('long', '"full/*"'))
    const path = folder(...files, two)
    await expect(sources(path)).rejects.toThrow(
      `holds more than one data set to train on: brief, long. Name one of them, or several: --data ${join(path, 'brief')}`,
    )
    expect((await sources(path, 'brief')).files).toEqual(['short/train.jsonl'])
    expect((await sources(path, 'long')).files).toEqual(['full/train.jsonl'])
  })

  it('names what is missing', async () => {
    const path = folder('a.jsonl', card(config('only', 'b/train.jsonl')))
    await expect(sources(path)).rejects.toThrow('names no file that is there')
  })

  it.each([
    '---\n: [\n---\n',
    '---\nlicense: mit\n---\n',
    'no front matter',
    '---\nconfigs: 3\n---\n',
  ])('is a plain folder where it states none: %j', async text => {
    expect((await sources(folder('a.jsonl', ['README.md', text]))).files).toEqual(['a.jsonl'])
  })
})

describe('the splits that names tell', () => {
  it.each([
    [['train.jsonl', 'test.jsonl', 'valid.jsonl'], ['train.jsonl'], 2],
    [['train-00000-of-00002.jsonl', 'train-00001-of-00002.jsonl', 'dev.json'], 2, 1],
    [['train_1.jsonl', 'train_2.jsonl', 'train.part3.jsonl'], 3, 0],
    [['train/a.jsonl', 'train/b.jsonl', 'eval/a.jsonl'], 2, 1],
    [['en/a.jsonl', 'de/b.jsonl'], 2, 0],
    [['test.jsonl'], ['test.jsonl'], 0],
    [['constrained.jsonl', 'pretrain.jsonl'], 2, 0],
  ])('of %j', async (files, chosen, aside) => {
    const found = await sources(folder(...files))
    if (typeof chosen === 'number') expect(found.files).toHaveLength(chosen)
    else expect(found.files).toEqual(chosen)
    expect(found.setAside).toHaveLength(aside)
  })

  it.each([
    [['train_sft.jsonl', 'train_gen.jsonl', 'test_sft.jsonl'], 'train_gen.jsonl, train_sft.jsonl'],
    [['train-clean-00000-of-00001.jsonl', 'train-other-00000-of-00001.jsonl'], 'train-clean'],
    [['a/train.jsonl', 'b/train.jsonl'], 'a/train.jsonl, b/train.jsonl'],
    [
      ['sft/train-00000-of-00002.json', 'sft/train-00001-of-00002.json', 'dpo/train.json'],
      'sft/train*',
    ],
  ])('several to train on are refused, with their names: %j', async (files, names) => {
    await expect(sources(folder(...files))).rejects.toThrow(names)
  })
})

describe('what datasets saves', () => {
  it('is no data beside data', async () => {
    const path = folder('train/data.jsonl', 'train/state.json', 'dataset_dict.json')
    expect((await sources(path)).files).toEqual(['train/data.jsonl'])
  })

  it('is named where it is Arrow, with the line of Python that converts it', async () => {
    const path = folder('dataset_dict.json', 'train/state.json', 'train/data-00000-of-00001.arrow')
    await expect(sources(path)).rejects.toThrow(`load_from_disk('${path}')`)
  })
})
