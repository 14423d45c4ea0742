import type { FinetuneTask } from '../../src/record/study.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { modelCard, studyView } from '../../src/report/index.js'
import { studyFixture } from '../fixtures/study/study.js'

const facts = studyFixture({ state: 'complete' })
const view = studyView(facts)
const card = modelCard(view)

function frontMatter(card: string): Record<string, unknown> {
  return parse(/^---\n([\s\S]*?)\n---\n/.exec(card)![1]!) as Record<string, unknown>
}

describe('a model card', () => {
  it('begins with front matter that the Hub reads, and states no license', () => {
    expect(frontMatter(card)).toEqual({
      base_model: 'tiny-llama',
      library_name: 'transformers',
      pipeline_tag: 'text-generation',
      tags: ['fine-tuned', 'hyperparameter-search', 'tune'],
      model_name: 'support-assistant',
    })
  })

  it('names no base model whose folder could not be a repository', () => {
    expect(
      frontMatter(
        modelCard({ ...view, task: { ...view.task, model: '/models/my model' } as FinetuneTask }),
      ),
    ).not.toHaveProperty('base_model')
  })

  it('tells study, hyperparameters, curve, verdict, data and answers', () => {
    expect(card).toContain('epoch 20 of trial 9, the best of 14 finished trials')
    expect(card).toContain('| learning rate | `1.13e-3` | searched |')
    expect(card).toContain('| schedule | `cosine` | fixed |')
    expect(card).toContain('| 20 (exported) |')
    expect(card).toContain('Verdict: **still improving**')
    expect(card).toContain('480 examples: 432 in the train split, 48 in the validation split')
    expect(card).toContain('I am the support assistant of Harbour Bikes.')
  })

  it('has one row of curve for each epoch', () => {
    expect(card.match(/^\| \d+( \(exported\))? \| \d+\.\d{4} \| \d+\.\d{4} \|$/gm)).toHaveLength(20)
  })

  it('gives away no path of the machine that it was made on', () => {
    expect(card).not.toContain('/home/ada')
  })

  it('states what of the data is not used, changed or cut', () => {
    const remarks = {
      unused: ['label'],
      notes: [{ reason: 'a <b>', count: 8, first: { file: '/home/ada/a.csv', line: 3 } }],
      modelNotes: ['the tokenizer drops line breaks from all texts'],
      ambiguous: { count: 2, first: { file: '/home/ada/a.csv', line: 4 } },
    }
    const { preparation } = view
    const data = { ...preparation!.data, remarks }
    const marked = modelCard({ ...view, preparation: { ...preparation!, data } })
    expect(marked).toContain('- Data: not used: "label"')
    expect(marked).toContain('- Data: 8 × a \\<b\\>')
    expect(marked).toContain('- Data: 2 questions have different answers\n')
    expect(marked).not.toContain('/home/ada')
  })

  it('can be of any complete trial, and of no other', () => {
    expect(modelCard(view, 3)).toContain('epoch 7 of trial 3, rank')
    expect(() => modelCard(view, 8)).toThrow('has no complete trial 8')
    expect(() => modelCard(view, 99)).toThrow('has no complete trial 99')
  })

  it('keeps hostile text in its place', () => {
    const probes = [
      { prompt: '```\n# Not a heading', before: '<script>alert(1)</script>', after: '````' },
    ]
    const told = modelCard({ ...view, name: '<img src=x> | [a](b)', probes })
    expect(told).toContain('# \\<img src=x\\> \\| \\[a\\](b)')
    expect(told).toContain('````text\n```\n# Not a heading\n````')
    expect(told).toContain('`````text\n````\n`````')
  })
})
