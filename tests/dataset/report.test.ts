import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/dataset/dataset.js'
import { traceRecord } from '../../src/dataset/trace.js'
import type { DataReport } from '../../src/record/data-report.js'
import { dataReportLines, dataReportShort, remarkLines } from '../../src/report/index.js'
import { temporaryFolder, tinyTokenizer } from '../model-folder/fixtures.js'

const dir = temporaryFolder()
const THINKING =
  "{% for m in messages %}{{ '<|im_start|>' + m.role + ' ' + m.content.split('</think>')[-1] + '<|im_end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant <think>\\n' }}{% endif %}"
const opened = tinyTokenizer('byte level', THINKING)
const task = { data: join(dir, 'data.jsonl'), training: { maxLength: 512 } }

const records = [
  { question: 'a', answer: 'b', source: 'x' },
  { question: 'a', answer: 'c', source: 'y' },
  { question: 'A?', answer: 'd' },
  { question: 'e', answer: '<think>why</think>f' },
  { question: 'g', answer: 'h<|im_end|>' },
  { question: 'i', answer: ['j', 'k'] },
  { question: 'l' },
  { question: 'm', answer: 'n', label: false },
]

async function report(): Promise<DataReport> {
  writeFileSync(task.data, records.map(record => JSON.stringify(record)).join('\n'))
  return (await loadDataset({ ...task, validation: 0.2 }, await opened, 1)).report
}

describe('a report on data', () => {
  it('counts what is not used, changed, cut or left out, with the first place', async () => {
    const { unused, notes, modelNotes, ambiguous, droppedReasons } = await report()
    expect(unused).toEqual(['source'])
    expect(ambiguous).toEqual({ count: 1, first: { line: 2 } })
    expect(notes).toEqual([
      { reason: 'the chat template cuts the thought out of an answer', count: 1, first: { line: 4 } },
      { reason: 'answers end with <|im_end|> themselves: it is left out, since the template writes one', count: 1, first: { line: 5 } },
      { reason: '"answer" lists several answers: the first is used', count: 1, first: { line: 6 } },
    ]) // prettier-ignore
    expect(modelNotes.join()).toMatch(/asks with "<think>\\n", which it does not write before/)
    expect(droppedReasons).toEqual([
      { reason: 'no answer in the fields "question"', count: 1, first: { line: 7 } },
      { reason: '"label" marks the answer as one not to learn', count: 1, first: { line: 8 } },
    ])
  })

  it('is printed in full, and in short when a study is made', async () => {
    const full = await report()
    const lines = dataReportLines(full).map(({ name, text }) => `${name}: ${text}`)
    expect(lines).toContain('Not used: "source"')
    expect(lines).toContain('Ambiguous: 1 question has different answers (first: line 2)')
    expect(lines).toContain(
      'Notes: 1 × the chat template cuts the thought out of an answer (first: line 4)',
    )
    const short = dataReportShort(full)
    for (const line of remarkLines(full)) expect(short).toContain(line)
  })
})

describe('one record', () => {
  it('is followed from the file to its tokens', async () => {
    await report()
    const trace = await traceRecord(task, await opened, 5)
    expect(trace).toMatchObject({
      number: 5,
      file: task.data,
      line: 5,
      raw: '{"question":"g","answer":"h<|im_end|>"}',
      reason: null,
      columns: { prompt: 'question', answer: 'answer' },
      turns: [
        { role: 'user', text: 'g', trained: false },
        { role: 'assistant', text: 'h<|im_end|>', trained: true },
      ],
    })
    const [example] = trace.examples
    expect(example!.segments).toEqual([
      { text: '<|im_start|>user g<|im_end|><|im_start|>assistant ', trained: false },
      { text: 'h<|im_end|>', trained: true },
    ])
    const tokenizer = await opened
    const ids = example!.tokens.map(({ id }) => id)
    expect(tokenizer.decode(ids, { skipSpecial: false })).toBe(
      example!.segments.map(({ text }) => text).join(''),
    )
    expect(example!.tokens.filter(({ trained }) => trained).map(({ text }) => text)).toEqual([
      'h',
      '<|im_end|>',
    ])
  })

  it('may be one that is left out, or none', async () => {
    await report()
    expect(await traceRecord(task, await opened, 7)).toMatchObject({
      reason: 'no answer in the fields "question"',
      examples: [],
    })
    await expect(traceRecord(task, await opened, 9)).rejects.toThrow(
      'has no record 9: there are 8. Show one from 1 to 8',
    )
  })
})
