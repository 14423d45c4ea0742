import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readRecord } from '../../src/dataset/record.js'
import { parseSourceJson } from '../../src/model-folder/source-json.js'
import { tinyTokenizer } from '../model-folder/fixtures.js'

/** What transformers renders: scripts/golden/conversations.py. */
const golden = JSON.parse(
  readFileSync(new URL('../golden/conversations.json', import.meta.url), 'utf8'),
) as Readonly<
  Record<
    string,
    {
      readonly template: string | Readonly<Record<string, string>>
      readonly cases: readonly {
        readonly title: string
        readonly record: string
        readonly asked: string | null
        readonly answered: string | null
      }[]
    }
  >
>

describe.each(Object.entries(golden))('the template "%s"', (_, { template, cases }) => {
  const named =
    typeof template === 'string'
      ? template
      : Object.entries(template).map(([name, text]) => ({ name, template: text }))
  const opened = tinyTokenizer('byte level', undefined, { chat_template: named })

  it.each(cases)('renders $title as in transformers', async ({ title, record, ...rendered }) => {
    const tokenizer = await opened
    const read = readRecord(parseSourceJson(record))
    if (read.kind !== 'conversation') throw new Error('it is no conversation')
    const render = (generationPrompt: boolean): string =>
      tokenizer.renderChat(read.messages, { generationPrompt, tools: read.tools })
    const [asked, answered] = [render(true), render(false)]
    for (const [ours, theirs] of [
      [asked, rendered.asked],
      [answered, rendered.answered],
    ] as const) {
      expect(ours).not.toContain('[object')
      // Where transformers writes JSON within JSON, or raises, arguments are written once
      if (theirs !== null && !theirs.includes('\\"city\\"')) expect(ours).toBe(theirs)
      else if (title !== 'arguments of nothing')
        expect(ours).toMatch(/"level": 1\.0, "id": 20240615000123456789|level=1\.0;id=2024/)
    }
    expect(tokenizer.renderPrompt(read.messages, read.tools)).toBe(asked)
  })
})

describe('a template that can write arguments neither way', () => {
  it('is refused for such a record, and never writes [object Map]', async () => {
    const tokenizer = await tinyTokenizer(
      'byte level',
      "{% for m in messages %}{% for c in m.tool_calls or [] %}{{ 'a' + c.function.arguments.x }}{% endfor %}{{ m.content or '' }}{% endfor %}",
    )
    const read = readRecord({
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          tool_calls: [{ function: { name: 'f', arguments: { x: { y: 1 } } } }],
        },
      ],
    })
    if (read.kind !== 'conversation') throw new Error('it is no conversation')
    expect(() => tokenizer.renderChat(read.messages, { generationPrompt: false })).toThrow(
      'the template joins a text and a dict',
    )
  })
})

describe('named templates', () => {
  it('need a default', async () => {
    await expect(
      tinyTokenizer('byte level', undefined, { chat_template: [{ name: 'rag', template: 'x' }] }),
    ).rejects.toThrow(/none of the templates rag is named default/)
  })
})
