import { describe, expect, it } from 'vitest'
import { summary } from '../../src/cli/summary.js'
import { fitTable } from '../../src/cli/table.js'
import { displayWidth, wrapLine } from '../../src/cli/terminal-width.js'
import { LANGUAGES, studyView } from '../../src/report/index.js'
import { studyFixture } from '../fixtures/study/study.js'

describe('a line', () => {
  it('breaks between words, and its later lines are indented', () => {
    expect(wrapLine('  one two three four', 12)).toBe('  one two\n      three\n      four')
    expect(wrapLine('  one two three four', undefined)).toBe('  one two three four')
    expect(wrapLine('short', 12)).toBe('short')
  })

  it('has the width that it takes on a terminal: two columns for each Chinese letter', () => {
    expect(displayWidth('\u001b[1m验证 loss\u001b[22m')).toBe(9)
    const wrapped = wrapLine('  验证损失在第 3–6 轮上升了 0.23 nats/token，而训练损失仍在下降', 24)
    for (const line of wrapped.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(24)
    expect(wrapped.replace(/\n */g, '').replace(/ /g, '')).toBe(
      '验证损失在第3–6轮上升了0.23nats/token，而训练损失仍在下降',
    )
  })
})

describe('a table', () => {
  const columns = [
    { label: 'Trial', cells: ['1'], omission: undefined },
    { label: 'Validation loss', cells: ['1.0621'], omission: undefined },
    { label: 'Duration', cells: ['1.5 s'], omission: 1 },
    { label: 'State', cells: ['complete'], omission: 2 },
  ]

  it('breaks its heads first, then leaves out columns', () => {
    expect(fitTable(columns, undefined).omitted).toEqual([])
    expect(fitTable(columns, 44).omitted).toEqual([])
    expect(fitTable(columns, 40).omitted).toEqual(['State'])
    expect(fitTable(columns, 30).omitted).toEqual(['State', 'Duration'])
    for (const width of [44, 40, 30])
      for (const line of fitTable(columns, width).table.split('\n'))
        expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })
})

it.each(LANGUAGES)('the summary of a study fits into 80 columns: %s', language => {
  const view = studyView(studyFixture({ state: 'complete' }), language)
  const lines = summary(view, 12, 80).split('\n')
  expect(lines.filter(line => displayWidth(line) > 80 && !line.includes('/home/'))).toEqual([])
  expect(summary(view, 12, 200)).not.toBe(summary(view, 12, 80))
})
