import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coloredText, inertJson, visibleText } from '../../src/util/terminal-text.js'

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

describe('a text for a terminal', () => {
  it.each([
    ['a clipboard written by OSC 52', 'a\u001b]52;c;aGk=\u0007b', 'a␛]52;c;aGk=␇b'],
    ['a title', '\u001b]0;x\u001b\\', '␛]0;x␛\\'],
    ['a cleared screen', '\u001b[2J\u001b[H', '␛[2J␛[H'],
    ['colors of the data', '\u001b[31mred\u001b[0m', '␛[31mred␛[0m'],
    ['C1 controls', '\u009b2J\u009d52;c;aGk=\u009c', '\\u009b2J\\u009d52;c;aGk=\\u009c'],
    ['a line that is written over', 'good\rbad\b', 'good␍bad␈'],
    ['an override of direction', 'a\u202eb\u2069', 'a\\u202eb\\u2069'],
    ['line breaks and tabs', 'a\r\nb\n\tc', 'a\nb\n\tc'],
    ['Chinese and emoji', '1号泊位 🙂', '1号泊位 🙂'],
  ])('shows %s', (_, text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it('never has a control in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(visibleText(text)).not.toMatch(CONTROLS)
        expect(JSON.parse(inertJson(JSON.stringify(text)))).toBe(text)
        expect(inertJson(JSON.stringify(text))).not.toMatch(CONTROLS)
      }),
    )
  })

  it('keeps the colors of the product alone', () => {
    expect(coloredText('\u001b[1mbold\u001b[22m \u001b[2K\u001b]52;c;x\u0007')).toBe(
      '\u001b[1mbold\u001b[22m ␛[2K␛]52;c;x␇',
    )
  })
})
