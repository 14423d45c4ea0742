import { describe, expect, it } from 'vitest'
import { readRecord, type ReadRecord } from '../../src/dataset/record.js'

/** Turns of a record, trained ones with a star; its text; or why it is left out. */
const reading = (record: ReadRecord): readonly string[] | string =>
  record.kind === 'dropped'
    ? record.reason
    : record.kind === 'text'
      ? record.text
      : record.messages.map(
          ({ role, content, inLoss }) => `${role}${inLoss ? '*' : ''}: ${content}`,
        )
const notes = (record: ReadRecord): readonly string[] =>
  record.kind === 'dropped' ? [] : record.notes
const unused = (record: ReadRecord): readonly string[] =>
  record.kind === 'dropped' ? [] : record.unused

const ASKED = ['user: a', 'assistant*: b']
const turns = (...marks: readonly object[]): object[] => [
  { role: 'user', content: 'a' },
  { role: 'assistant', content: 'wrong', ...marks[0] },
  { role: 'user', content: 'again' },
  { role: 'assistant', content: 'b', ...marks[1] },
]
const MASKED = ['user: a', 'assistant: wrong', 'user: again', 'assistant*: b']

describe('lists in place of a text', () => {
  it.each([
    [{ question: 'a', answer: ['b', 'c'] }, ASKED],
    [{ question: 'a', answer: ['', ' ', 'b', 'c'] }, ASKED],
    [{ question: ['a'], answer: ['b'] }, ASKED],
    [{ question: 'a', answers: { text: ['b', 'c'], answer_start: [1, 2] } }, ASKED],
    [{ question: 'a', answer: { value: 'b', aliases: ['c'] } }, ASKED],
    [{ question: 'a', answer: [{ type: 'text', text: 'b' }] }, ASKED],
    [{ question: 'a', answer: [{ type: 'text', text: 'b' }, { type: 'text', text: 'c' }] }, ['user: a', 'assistant*: bc']],
    [{ question: ['a', 'x'], answer: ['b', 'y'] }, /^"question" and "answer" are lists of 2 texts, a batch/],
    [{ question: ['a', 'x'], answer: 'b' }, /^the question is a list of 2 texts, not text$/],
    [{ question: 'a', answer: [] }, /^the answer is empty$/],
    [{ question: 'a', answer: [{ text: 'b' }, { text: 'c' }] }, /^the answer is a list, not text$/],
    [{ text: ['a', 'b'] }, /^the text is a list of 2 texts, not text$/],
    [{ messages: [{ role: 'user', content: ['a', 'b'] }, { role: 'assistant', content: 'c' }] }, /^a message of the user is a list of 2 texts/],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'image' }] }, { role: 'assistant', content: 'c' }] }, /part of type "image"/],
  ])('%j are one of them, joined parts, or left out', (record, expected) => {
    const read = readRecord(record)
    if (expected instanceof RegExp) expect(reading(read)).toMatch(expected)
    else expect(reading(read)).toEqual(expected)
  }) // prettier-ignore

  it('note that the others are not used', () => {
    expect(notes(readRecord({ question: 'a', answer: ['b', 'c'] }))).toEqual([
      '"answer" lists several answers: the first is used',
    ])
    expect(notes(readRecord({ question: 'a', answer: ['b'] }))).toEqual([])
  })

  it('are named where a column within them is asked for', () => {
    const read = readRecord({ qa: [{ q: 'a' }], b: 'c' }, { prompt: 'qa.q', answer: 'b' })
    expect(reading(read)).toMatch(/^no question "qa\.q", since "qa" is a list, in the fields/)
  })
})

describe('marks of turns', () => {
  it.each([
    ...['loss', 'train', 'trainable', 'training', 'weight', 'mask'].flatMap(name =>
      [false, 0, '0', 'false', 'False', '0.0'].map(value => [
        { messages: turns({ [name]: value }) },
      ]),
    ),
    [{ messages: turns({ loss: false }, { loss: true }) }],
    [{ messages: turns(), loss_mask: [0, 0, 0, 1] }],
    [{ messages: turns(), loss_mask: [0, 1] }],
    [{ messages: turns(), mask: [false, false, false, true] }],
    [{ messages: JSON.stringify(turns()), loss_mask: '[1, 0, 1, 1]' }],
  ] as readonly [object][])('%j are heeded', record => {
    const read = readRecord(record)
    expect(reading(read)).toEqual(MASKED)
    expect(notes(read)).toContain('answers that are only read, not trained on')
    expect(unused(read)).toEqual([])
  })

  it('that fit no turns are named', () => {
    const read = readRecord({ messages: turns(), loss_mask: [0, 1, 1] })
    expect(notes(read)).toEqual(['"loss_mask" has not a mark for each turn and is not read'])
    expect(unused(read)).toEqual(['loss_mask'])
  })

  it('with parts of a weight, and of turns that are no answer, are named', () => {
    expect(notes(readRecord({ messages: turns({ weight: 0.5 }) }))).toEqual([
      'weights of turns other than 0 and 1 count as 1',
    ])
    const [question, ...others] = turns()
    expect(notes(readRecord({ messages: [{ ...question, train: true }, ...others] }))).toEqual([
      'turns that are no answer are marked to be trained: only answers are',
    ])
  })
})

describe('marks of records', () => {
  it.each([
    ['label', false],
    ['label', 'False'],
    ['label', 0],
    ['is_good', 'no'],
    ['desirable', false],
    ['kto_tag', 'undesirable'],
    ['rating', 'bad'],
    ['thumbs_up', false],
    ['train', false],
    ['weight', 0],
  ])('leave out an answer whose %s is %j', (name, value) => {
    expect(reading(readRecord({ prompt: 'a', completion: 'b', [name]: value }))).toBe(
      `"${name}" marks the answer as one not to learn`,
    )
  })

  it.each([
    ['label', true, []],
    ['label', 1, []],
    ['label', 'positive', ['"label" may rate the answers and is not read']],
    ['rating', 0, ['"rating" may rate the answers and is not read']],
    ['score', 3.5, ['"score" may rate the answers and is not read']],
  ])('keep an answer whose %s is %j', (name, value, expected) => {
    const read = readRecord({ prompt: 'a', completion: 'b', [name]: value })
    expect(reading(read)).toEqual(ASKED)
    expect(notes(read)).toEqual(expected)
    expect(unused(read)).toEqual(expected.length > 0 ? [name] : [])
  })
})

describe('preference pairs', () => {
  const user = { role: 'user', content: 'a' }
  const good = { role: 'assistant', content: 'b' }
  const bad = { role: 'assistant', content: 'no' }
  it.each([
    ['texts', { prompt: 'a', chosen: 'b', rejected: 'no' }],
    ['lists of one', { prompt: 'a', chosen: [good], rejected: [bad] }],
    ['messages', { prompt: 'a', chosen: good, rejected: bad }],
    ['whole conversations', { prompt: 'a', chosen: [user, good], rejected: [user, bad] }],
    ['a list as prompt', { prompt: [user], chosen: [good], rejected: [bad] }],
    ['a list as prompt, and again', { prompt: [user], chosen: [user, good], rejected: [user, bad] }],
    ['no prompt', { chosen: [user, good], rejected: [user, bad] }],
    ['JSON in a text', { chosen: JSON.stringify([user, good]), rejected: '[]' }],
    ['a dialogue', { chosen: '\n\nHuman: a\n\nAssistant: b', rejected: '\n\nHuman: a\n\nAssistant: no' }],
    ['a dialogue and an answer', { prompt: '\n\nHuman: a\n\nAssistant:', chosen: ' b'.trim(), rejected: 'no' }],
    ['a conversation that goes on', { conversations: [{ from: 'human', value: 'a' }], chosen: { from: 'gpt', value: 'b' }, rejected: { from: 'gpt', value: 'no' } }],
  ])('of %s ask once, and name what is not used', (_, record) => {
    const read = readRecord(record)
    expect(reading(read)).toEqual(ASKED)
    expect(notes(read)).toEqual(['"rejected" is not used: only chosen answers are trained on'])
    expect(unused(read)).toEqual(['rejected'])
  }) // prettier-ignore

  it('train the last answer of a shared beginning only', () => {
    const before = [{ role: 'system', content: 's' }, user, { role: 'assistant', content: 'x' }, { role: 'user', content: 'y' }] // prettier-ignore
    const expected = ['system: s', 'user: a', 'assistant: x', 'user: y', 'assistant*: b']
    for (const record of [
      { prompt: before, chosen: [good], rejected: [bad] },
      { chosen: [...before, good], rejected: [...before, bad] },
      { prompt: 'y', chosen: [...before, good], rejected: [...before, bad] },
    ])
      expect(reading(readRecord(record))).toEqual(expected)
  })
})

describe('columns that are not used', () => {
  it.each([
    [{ question: 'a', answer: 'b', id: 7, source: 'x', empty: '', none: null }, ['id', 'source']],
    [{ text: 'a', label: 1 }, ['label']],
    [{ id: 1, qa: { question: 'a', answer: 'b', note: 'c' } }, ['id', 'qa.note']],
    [{ messages: turns(), meta: { a: 1 }, tools: [] }, ['meta']],
  ])('of %j are named', (record, expected) => {
    expect(unused(readRecord(record))).toEqual(expected)
  })

  it.each(['context', 'passage', 'document', 'input', 'Kontext', '上下文', '背景'])(
    'are not those beside a question, such as %s',
    name => {
      const read = readRecord({ [name]: 'c', question: 'a', answer: 'b' })
      expect(reading(read)).toEqual(['user: a\nc', 'assistant*: b'])
      expect(unused(read)).toEqual([])
    },
  )

  it('are contexts that are no text', () => {
    const read = readRecord({ context: ['c', 'd'], question: 'a', answer: 'b' })
    expect(reading(read)).toEqual(ASKED)
    expect(notes(read)).toEqual(['"context" is a list of 2 texts, not text, and is not asked with'])
    expect(unused(read)).toEqual(['context'])
  })
})

describe('names of columns in other languages', () => {
  it.each([
    ['指令', '输出'], ['问题', '答案'], ['提问', '答复'], ['输入', '输出'], ['問題', '回答'], ['題目', '答覆'],
    ['質問', '回答'], ['指示', '出力'], ['질문', '답변'], ['지시문', '출력'], ['Frage', 'Antwort'], ['Anweisung', 'Ausgabe'],
    ['Pregunta', 'Respuesta'], ['instrucción', 'salida'], ['Question', 'Réponse'], ['re\u0301ponse', 'x'], ['Ｑuestion', 'Ａnswer'],
    ['вопрос', 'ответ'], ['pergunta', 'resposta'],
  ].filter(([, answer]) => answer !== 'x'))('%s and %s are known', (question, answer) => {
    expect(reading(readRecord({ [question!]: 'a', [answer!]: 'b' }))).toEqual(ASKED)
  }) // prettier-ignore

  it('are known for all roles', () => {
    const read = readRecord({
      系统: 's',
      历史: [['x', 'y']],
      指令: 'a',
      输入: 'c',
      输出: 'b',
    })
    expect(reading(read)).toEqual([
      'system: s',
      'user: x',
      'assistant*: y',
      'user: a\nc',
      'assistant*: b',
    ])
    expect(reading(readRecord({ 文本: 't' }))).toBe('t')
    expect(reading(readRecord({ 对话: turns() }))).toHaveLength(4)
  })

  it('are listed where none is an answer', () => {
    expect(reading(readRecord({ 问题: 'a', 备注: 'b' }))).toBe(
      'no answer in the fields "问题", "备注"',
    )
  })
})

describe('turns of other kinds', () => {
  it.each([
    [[{ human: 'a', assistant: 'b' }]],
    [[{ Human: 'a', MOSS: 'b' }]],
    [[{ input: 'a', output: 'b' }]],
    [[{ user: 'a', bot: 'b' }]],
    [[{ question: 'a', answer: 'b' }]],
    [[{ 问题: 'a', 回答: 'b' }]],
    [[{ human: 'a' }, { assistant: 'b' }]],
    [[['a', 'b']]],
    [['a', 'b']],
    [[{ speaker: 'user', text: 'a' }, { speaker: 'bot', text: 'b' }]],
    [[{ role: '用户', content: 'a' }, { role: '助手', content: 'b' }]],
    [{ turn_1: { Human: '<|Human|>: a<eoh>\n', MOSS: '<|MOSS|>: b<eom>\n' } }],
  ])('%j are read', conversation => {
    expect(reading(readRecord({ conversation }))).toEqual(ASKED)
  }) // prettier-ignore

  it('keep the order of numbered turns', () => {
    const conversation = Object.fromEntries(
      [10, 2, 1].map(n => [`turn_${n}`, { human: `q${n}`, assistant: `a${n}` }]),
    )
    expect(reading(readRecord({ conversation }))).toEqual(
      [1, 2, 10].flatMap(n => [`user: q${n}`, `assistant*: a${n}`]),
    )
  })

  it('name what they do not understand', () => {
    expect(reading(readRecord({ conversation: [{ foo: 'a', bar: 'b' }] }))).toMatch(
      /^a message has the role of nobody: it has the fields "foo", "bar"/,
    )
  })
})
