import { describe, expect, it } from 'vitest'
import { lastQuestions } from '../../src/training/score/questions.js'
import { rougeL } from '../../src/training/score/rouge.js'
import { meanScores } from '../../src/training/score/scores.js'

describe('ROUGE-L', () => {
  // Lin, 2004, section 3.1: one subsequence of three words in four, and one of two
  it.each([
    ['police kill the gunman', 0.75],
    ['the gunman kill police', 0.5],
    ['police killed the gunman', 1],
    ['police ended the gunman', 0.75],
    ['', 0],
  ])('of "%s" is %d', (answer, score) => {
    expect(rougeL(answer, 'police killed the gunman')).toBeCloseTo(score, 10)
  })

  it('takes Chinese letter by letter, and a full stop for nothing', () => {
    expect(rougeL('我喜欢猫。', '我喜欢狗')).toBeCloseTo(0.75, 10)
    expect(rougeL('Yes.', 'yes')).toBe(1)
  })
})

describe('scores of answers', () => {
  it('are means: equal but for white space, contained, alike', () => {
    expect(
      meanScores([
        { answer: ' 42\n', reference: '42' },
        { answer: 'It is 42 now', reference: '42' },
      ]),
    ).toEqual({ exactMatch: 0.5, contains: 1, rougeL: (1 + 0.4) / 2 })
  })
})

describe('questions', () => {
  it('end where the last answer begins', () => {
    const example = {
      ids: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      lossMask: Uint8Array.of(0, 0, 1, 0, 0, 1, 1, 0),
    }
    expect(lastQuestions([example, example], 1)).toEqual([
      { prompt: Int32Array.of(1, 2, 3, 4, 5), answer: Int32Array.of(6, 7) },
    ])
    // What a chat template opens an answer with when it asks, as chat and probes do
    expect(lastQuestions([example], 1, [9, 10])).toEqual([
      { prompt: Int32Array.of(1, 2, 3, 4, 5, 9, 10), answer: Int32Array.of(6, 7) },
    ])
  })
})
