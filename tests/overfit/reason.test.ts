import { describe, expect, it } from 'vitest'
import { judge, LANGUAGES, reasonIn } from '../../src/overfit/index.js'
import type { Evidence } from '../../src/record/verdict.js'
import { historyOf } from './histories.js'

const checkpoint = { epoch: 6, loss: 1.2, error: 0.01, lowest: { epoch: 6, loss: 1.2 } }
const left = { outlook: { epochsLeft: 9, gain: 0.004 }, checkpoint }

const cases: [Evidence, string, string][] = [
  [
    { finding: 'rose', rise: 0.12, from: 7, to: 11, trainChange: -0.3, expected: null, checkpoint },
    'validation loss rose 0.12 nats over epochs 7–11 while training loss kept falling; best epoch 6',
    '验证损失在第 7–11 轮上升了 0.12 纳特，而训练损失仍在下降；最佳为第 6 轮',
  ],
  [
    { finding: 'rose', rise: 0.12, from: 7, to: 11, trainChange: null, expected: 0.4, ...left },
    'validation loss rose 0.12 nats over epochs 7–11, and is expected to end 0.40 above its lowest; best epoch 6',
    '验证损失在第 7–11 轮上升了 0.12 纳特，预计结束时比最低点高 0.40；最佳为第 6 轮',
  ],
  [
    { finding: 'rose', rise: 0.12, from: 7, to: 11, trainChange: 0.2, expected: null, checkpoint },
    'validation loss rose 0.12 nats over epochs 7–11 and training loss rose with it; best epoch 6',
    '验证损失在第 7–11 轮上升了 0.12 纳特，训练损失也随之上升；最佳为第 6 轮',
  ],
  [
    { finding: 'flat', from: 7, to: 11, change: -0.003, ...left },
    'validation loss moved by only 0.003 nats over epochs 7–11, and the 9 epochs left are expected to gain 0.004 more; best epoch 6',
    '验证损失在第 7–11 轮只变动了 0.003 纳特，剩余 9 轮预计只能再降 0.004；最佳为第 6 轮',
  ],
  [
    { finding: 'falling', from: 2, to: 6, fall: 0.2, outlook: null, checkpoint },
    'validation loss fell 0.20 nats over epochs 2–6 and was still falling at the last; best epoch 6',
    '验证损失在第 2–6 轮下降了 0.20 纳特，到最后一轮仍在下降；最佳为第 6 轮',
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
    'validation loss rose 0.02 nats over epochs 2–6, but the one epoch left may gain 0.10 yet; best epoch 6',
    '验证损失在第 2–6 轮上升了 0.02 纳特，但剩余 1 轮仍可能降低 0.10；最佳为第 6 轮',
  ],
  [
    { finding: 'memorised', from: 6, to: 9, best: 0.37, since: 0.39, train: 0.006, checkpoint },
    'validation loss has not improved on the 0.37 of epoch 6 (it averages 0.39 since) while training loss fell to 0.006: the examples are being learnt by heart; best epoch 6',
    '验证损失自第 6 轮的 0.37 之后没有再改善（此后平均 0.39），而训练损失降到了 0.006：模型在死记训练样本；最佳为第 6 轮',
  ],
  [
    { finding: 'above-start', start: 2.5, loss: 6, epoch: 6, trainChange: 1, checkpoint },
    'validation loss is 6.00 after epoch 6, above the 2.50 it began with, and training loss has not fallen either; best epoch 6',
    '第 6 轮后验证损失为 6.00，高于训练前的 2.50，训练损失也没有下降；最佳为第 6 轮',
  ],
  [
    { finding: 'not-finite', epoch: 7 },
    'the loss of epoch 7 is not a finite number; best epoch 6',
    '第 7 轮的损失不是有限数；最佳为第 6 轮',
  ],
  [
    { finding: 'too-few-epochs', epochs: 3, needed: 4 },
    '3 of the 4 epochs that a judgement needs have run',
    '判断至少需要 4 轮，目前只完成了 3 轮',
  ],
]

describe('a reason', () => {
  it.each(cases)('puts %o into words', (evidence, english, chinese) => {
    expect(reasonIn({ evidence, bestEpoch: 6 }, 'en')).toBe(english)
    expect(reasonIn({ evidence, bestEpoch: 6 }, 'zh')).toBe(chinese)
  })

  it('shows both epochs where the one to keep is not the one that read lowest', () => {
    const evidence: Evidence = {
      ...cases[0]![0],
      checkpoint: { epoch: 6, loss: 1.214, error: 0.012, lowest: { epoch: 9, loss: 1.187 } },
    }
    expect(reasonIn({ evidence, bestEpoch: 6 }, 'en')).toContain(
      'best epoch 6, 1.21 ± 0.01 without its noise (epoch 9 read lowest, 1.19)',
    )
    expect(reasonIn({ evidence, bestEpoch: 6 }, 'zh')).toContain(
      '最佳为第 6 轮，去噪后为 1.21 ± 0.01（读数最低的是第 9 轮，1.19）',
    )
  })

  it('names no unit where none is known', () => {
    expect(reasonIn({ evidence: cases[0]![0], bestEpoch: 6 }, 'en', null)).toBe(
      'validation loss rose 0.12 over epochs 7–11 while training loss kept falling; best epoch 6',
    )
    expect(reasonIn({ evidence: cases[0]![0], bestEpoch: 6 }, 'zh', null)).toBe(
      '验证损失在第 7–11 轮上升了 0.12，而训练损失仍在下降；最佳为第 6 轮',
    )
    for (const language of LANGUAGES)
      for (const [evidence] of cases)
        expect(reasonIn({ evidence, bestEpoch: 6 }, language, null)).not.toMatch(/nats|纳特/)
    expect(
      judge({ ...historyOf([2.1, 1.7, 1.6, 1.66, 1.74, 1.83]), unit: null }).reason,
    ).not.toContain('nats')
  })

  it('of a record without evidence is the one that was stored', () => {
    for (const language of LANGUAGES)
      expect(reasonIn({ bestEpoch: 2, reason: 'validation loss rose' }, language)).toBe(
        'validation loss rose',
      )
  })

  it('of a judgement is its evidence in English', () => {
    const judgement = judge(
      historyOf([2.1, 1.7, 1.6, 1.66, 1.74, 1.83], [2.3, 1.6, 1.2, 0.9, 0.6, 0.4]),
    )
    expect(reasonIn(judgement, 'en')).toBe(judgement.reason)
    expect(reasonIn(judgement, 'zh')).toMatch(
      /验证损失在第 3–6 轮上升了 0\.23 纳特，而训练损失仍在下降/,
    )
  })
})
