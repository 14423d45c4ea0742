import { unreachable } from '../errors.js'
import type { Unit } from '../record/study.js'
import type { Checkpoint, Evidence, Verdict } from '../record/verdict.js'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** Nats by which training loss must change to be said to have changed. */
const STILL = 0.05

/**
 * A verdict's evidence in plain words, with its numbers. A verdict without evidence, from a record
 * of an older version, keeps the words that it was stored with.
 *
 * @param unit of the losses
 */
export function reasonIn(
  verdict: Pick<Verdict, 'bestEpoch' | 'evidence'> & { readonly reason?: string },
  language: Language,
  unit: Unit = 'nats',
): string {
  const { evidence, bestEpoch, reason = '' } = verdict
  if (!evidence) return reason
  return language === 'en'
    ? inEnglish(evidence, bestEpoch, unit)
    : inChinese(evidence, bestEpoch, unit)
}

function inEnglish(found: Evidence, best: number, unit: Unit): string {
  const units = unit === null ? '' : ` ${unit}`
  const kept = `best epoch ${best}${luckyInEnglish(found.checkpoint)}`
  const left = found.outlook ? epochs(found.outlook.epochsLeft) : ''
  switch (found.finding) {
    case 'too-few-epochs':
      return `${found.epochs} of the ${found.needed} epochs that a judgement needs have run`
    case 'not-finite':
      return `the loss of epoch ${found.epoch} is not a finite number; ${kept}`
    case 'above-start': {
      const training = found.trainChange === null ? '' : ', and training loss has not fallen either'
      return `validation loss is ${nats(found.loss)} after epoch ${found.epoch}, above the ${nats(found.start)} it began with${training}; ${kept}`
    }
    case 'rose': {
      const training = besideInEnglish(found.trainChange)
      const expected =
        found.expected !== null && found.expected > 1.2 * found.rise
          ? `, and is expected to end ${nats(found.expected)} above its lowest`
          : ''
      return `validation loss rose ${nats(found.rise)}${units} over epochs ${found.from}–${found.to}${training}${expected}; ${kept}`
    }
    case 'memorised':
      return `validation loss has not improved on the ${nats(found.best)} of epoch ${found.from} (it averages ${nats(found.since)} since) while training loss fell to ${nats(found.train)}: the examples are being learnt by heart; ${kept}`
    case 'flat': {
      const more = found.outlook
        ? `, and the ${left} left are expected to gain ${nats(found.outlook.gain)} more`
        : ''
      return `validation loss moved by only ${nats(Math.abs(found.change))}${units} over epochs ${found.from}–${found.to}${more}; ${kept}`
    }
    case 'will-fall': {
      const more = found.outlook
        ? `, but the ${left} left may gain ${nats(found.outlook.gain)} yet`
        : ', and ended near its lowest'
      return `validation loss rose ${nats(found.rise)}${units} over epochs ${found.from}–${found.to}${more}; ${kept}`
    }
    case 'falling': {
      const more = found.outlook
        ? `, and the ${left} left are expected to gain ${nats(found.outlook.gain)} more`
        : ' and was still falling at the last'
      return `validation loss fell ${nats(found.fall)}${units} over epochs ${found.from}–${found.to}${more}; ${kept}`
    }
    default:
      return unreachable(found)
  }
}

function inChinese(found: Evidence, best: number, unit: Unit): string {
  const units = unit === null ? '' : ' 纳特'
  const kept = `最佳为第 ${best} 轮${luckyInChinese(found.checkpoint)}`
  switch (found.finding) {
    case 'too-few-epochs':
      return `判断至少需要 ${found.needed} 轮，目前只完成了 ${found.epochs} 轮`
    case 'not-finite':
      return `第 ${found.epoch} 轮的损失不是有限数；${kept}`
    case 'above-start': {
      const training = found.trainChange === null ? '' : '，训练损失也没有下降'
      return `第 ${found.epoch} 轮后验证损失为 ${nats(found.loss)}，高于训练前的 ${nats(found.start)}${training}；${kept}`
    }
    case 'rose': {
      const training = besideInChinese(found.trainChange)
      const expected =
        found.expected !== null && found.expected > 1.2 * found.rise
          ? `，预计结束时比最低点高 ${nats(found.expected)}`
          : ''
      return `验证损失在第 ${found.from}–${found.to} 轮上升了 ${nats(found.rise)}${units}${training}${expected}；${kept}`
    }
    case 'memorised':
      return `验证损失自第 ${found.from} 轮的 ${nats(found.best)} 之后没有再改善（此后平均 ${nats(found.since)}），而训练损失降到了 ${nats(found.train)}：模型在死记训练样本；${kept}`
    case 'flat': {
      const more = found.outlook
        ? `，剩余 ${found.outlook.epochsLeft} 轮预计只能再降 ${nats(found.outlook.gain)}`
        : ''
      return `验证损失在第 ${found.from}–${found.to} 轮只变动了 ${nats(Math.abs(found.change))}${units}${more}；${kept}`
    }
    case 'will-fall': {
      const more = found.outlook
        ? `，但剩余 ${found.outlook.epochsLeft} 轮仍可能降低 ${nats(found.outlook.gain)}`
        : '，但结束时接近最低点'
      return `验证损失在第 ${found.from}–${found.to} 轮上升了 ${nats(found.rise)}${units}${more}；${kept}`
    }
    case 'falling': {
      const more = found.outlook
        ? `，剩余 ${found.outlook.epochsLeft} 轮预计还能再降 ${nats(found.outlook.gain)}`
        : '，到最后一轮仍在下降'
      return `验证损失在第 ${found.from}–${found.to} 轮下降了 ${nats(found.fall)}${units}${more}；${kept}`
    }
    default:
      return unreachable(found)
  }
}

function besideInEnglish(trainChange: number | null): string {
  if (trainChange === null) return ''
  if (Math.abs(trainChange) < STILL) return ' while training loss stayed where it was'
  return trainChange < 0 ? ' while training loss kept falling' : ' and training loss rose with it'
}

function besideInChinese(trainChange: number | null): string {
  if (trainChange === null) return ''
  if (Math.abs(trainChange) < STILL) return '，训练损失基本不变'
  return trainChange < 0 ? '，而训练损失仍在下降' : '，训练损失也随之上升'
}

/** Says so where the epoch to keep is not the one with the lowest reading. */
function luckyInEnglish(checkpoint: Checkpoint | undefined): string {
  if (!checkpoint || checkpoint.lowest.epoch === checkpoint.epoch) return ''
  return `, ${nats(checkpoint.loss)} ± ${nats(checkpoint.error)} without its noise (epoch ${checkpoint.lowest.epoch} read lowest, ${nats(checkpoint.lowest.loss)})`
}

function luckyInChinese(checkpoint: Checkpoint | undefined): string {
  if (!checkpoint || checkpoint.lowest.epoch === checkpoint.epoch) return ''
  return `，去噪后为 ${nats(checkpoint.loss)} ± ${nats(checkpoint.error)}（读数最低的是第 ${checkpoint.lowest.epoch} 轮，${nats(checkpoint.lowest.loss)}）`
}

function epochs(count: number): string {
  return count === 1 ? 'one epoch' : `${count} epochs`
}

/** Two decimals, or one digit of what is smaller than they show. */
export function nats(loss: number): string {
  if (loss === 0 || Math.abs(loss) >= 0.01) return loss.toFixed(2)
  return Math.abs(loss) < 1e-4 ? 'under 0.0001' : String(Number(loss.toPrecision(1)))
}
