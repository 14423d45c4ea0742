import { describe, expect, it } from 'vitest'
import { judge, verdictReason } from '../../src/overfit/index.js'
import { LANGUAGES } from '../../src/record/language.js'
import type { Evidence } from '../../src/record/verdict.js'
import { historyOf } from './histories.js'

const checkpoint = { epoch: 6, loss: 1.2, error: 0.01, lowest: { epoch: 6, loss: 1.2 } }
const ahead = { outlook: { epochsLeft: 9, gain: 0.004 }, checkpoint }

const cases: [Evidence, string, string][] = [
  [
    { finding: 'rose', rise: 0.12, from: 7, to: 11, trainChange: -0.3, expected: null, checkpoint },
    'validation loss rose 0.12 nats/token over epochs 7–11 while training loss kept falling; best epoch 6',
    '验证损失在第 7–11 轮上升了 0.12 nats/token，而训练损失仍在下降；最佳轮次为第 6 轮',
  ],
  [
    { finding: 'rose', rise: 0.12, from: 7, to: 11, trainChange: null, expected: 0.4, ...ahead },
    'validation loss rose 0.12 nats/token over epochs 7–11, and is expected to end 0.40 above its minimum; best epoch 6',
    '验证损失在第 7–11 轮上升了 0.12 nats/token，预计训练结束时比最低值高 0.40；最佳轮次为第 6 轮',
  ],
  [
    { finding: 'rose', rise: 0.12, from: 7, to: 11, trainChange: 0.2, expected: null, checkpoint },
    'validation loss rose 0.12 nats/token over epochs 7–11, and training loss rose too; best epoch 6',
    '验证损失在第 7–11 轮上升了 0.12 nats/token，训练损失也随之上升；最佳轮次为第 6 轮',
  ],
  [
    { finding: 'flat', from: 7, to: 11, change: -0.003, ...ahead },
    'validation loss changed by only 0.003 nats/token over epochs 7–11, and the remaining 9 epochs are expected to lower it by another 0.004; best epoch 6',
    '验证损失在第 7–11 轮仅变化 0.003 nats/token，剩余 9 轮预计只能再降 0.004；最佳轮次为第 6 轮',
  ],
  [
    { finding: 'falling', from: 2, to: 6, fall: 0.2, outlook: null, checkpoint },
    'validation loss fell 0.20 nats/token over epochs 2–6 and was still falling at the last epoch; best epoch 6',
    '验证损失在第 2–6 轮下降了 0.20 nats/token，最后一轮仍在下降；最佳轮次为第 6 轮',
  ],
  [
    {
      finding: 'will-fall',
      from: 2,
      to: 6,
      rise: 0.02,
      outlook: { epochsLeft: 1, gain: 0.1 },
      checkpoint,
    },
    'validation loss rose 0.02 nats/token over epochs 2–6, but the remaining epoch may still lower its minimum by 0.10; best epoch 6',
    '验证损失在第 2–6 轮上升了 0.02 nats/token，但剩余 1 轮仍可能使最低值再降 0.10；最佳轮次为第 6 轮',
  ],
  [
    { finding: 'memorised', from: 6, to: 9, best: 0.37, since: 0.39, train: 0.006, checkpoint },
    'validation loss has not improved on the 0.37 of epoch 6 (mean since then: 0.39) while training loss fell to 0.006: the model memorizes the training examples; best epoch 6',
    '验证损失在第 6 轮达到 0.37 后没有再改善（此后均值 0.39），而训练损失已降至 0.006：模型在死记训练样本；最佳轮次为第 6 轮',
  ],
  [
    { finding: 'above-start', start: 2.5, loss: 6, epoch: 6, trainChange: 1, checkpoint },
    'validation loss is 6.00 after epoch 6, above the 2.50 at the start, and training loss has not fallen either; best epoch 6',
    '第 6 轮后验证损失为 6.00，高于训练开始时的 2.50，训练损失也没有下降；最佳轮次为第 6 轮',
  ],
  [
    { finding: 'not-finite', epoch: 7 },
    'the loss of epoch 7 is not a finite number; best epoch 6',
    '第 7 轮的损失不是有限数值；最佳轮次为第 6 轮',
  ],
  [
    { finding: 'too-few-epochs', epochs: 3, needed: 4 },
    'a verdict needs 4 epochs; 3 have run',
    '至少需要 4 轮才能判断，目前只训练了 3 轮',
  ],
]

describe('a reason', () => {
  it.each(cases)('is a sentence about %o', (evidence, english, chinese) => {
    expect(verdictReason({ evidence, bestEpoch: 6 }, 'en')).toBe(english)
    expect(verdictReason({ evidence, bestEpoch: 6 }, 'zh')).toBe(chinese)
  })

  it('names both epochs if smoothing chose another than the lowest', () => {
    const evidence: Evidence = {
      ...cases[0]![0],
      checkpoint: { epoch: 6, loss: 1.214, error: 0.012, lowest: { epoch: 9, loss: 1.187 } },
    }
    expect(verdictReason({ evidence, bestEpoch: 6 }, 'en')).toContain(
      'best epoch 6, smoothed 1.21 ± 0.01 (lowest measured: 1.19 at epoch 9)',
    )
    expect(verdictReason({ evidence, bestEpoch: 6 }, 'zh')).toContain(
      '最佳轮次为第 6 轮，平滑后为 1.21 ± 0.01（实测最低值 1.19 在第 9 轮）',
    )
  })

  it('names no unit if the losses have none', () => {
    expect(verdictReason({ evidence: cases[0]![0], bestEpoch: 6 }, 'en', null)).toBe(
      'validation loss rose 0.12 over epochs 7–11 while training loss kept falling; best epoch 6',
    )
    expect(verdictReason({ evidence: cases[0]![0], bestEpoch: 6 }, 'zh', null)).toBe(
      '验证损失在第 7–11 轮上升了 0.12，而训练损失仍在下降；最佳轮次为第 6 轮',
    )
    for (const language of LANGUAGES)
      for (const [evidence] of cases)
        expect(verdictReason({ evidence, bestEpoch: 6 }, language, null)).not.toMatch(/nats/)
    expect(
      judge({ ...historyOf([2.1, 1.7, 1.6, 1.66, 1.74, 1.83]), unit: null }).reason,
    ).not.toContain('nats')
  })

  it('of a record without evidence is the stored one', () => {
    for (const language of LANGUAGES)
      expect(verdictReason({ bestEpoch: 2, reason: 'validation loss rose' }, language)).toBe(
        'validation loss rose',
      )
  })

  it('of a judgement is its evidence in English', () => {
    const judgement = judge(
      historyOf([2.1, 1.7, 1.6, 1.66, 1.74, 1.83], [2.3, 1.6, 1.2, 0.9, 0.6, 0.4]),
    )
    expect(verdictReason(judgement, 'en')).toBe(judgement.reason)
    expect(verdictReason(judgement, 'zh')).toMatch(
      /验证损失在第 3–6 轮上升了 0\.23 nats\/token，而训练损失仍在下降/,
    )
  })
})
