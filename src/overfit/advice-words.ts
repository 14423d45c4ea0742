import { unreachable } from '../errors.js'
import type { Advice } from './advice.js'
import { nats, type Language } from './reason.js'

/** What to do, and why, as two sentences without their full stops. */
export interface Said {
  readonly advice: string
  readonly ground: string
}

export function adviceIn(advice: Advice, language: Language): Said {
  return language === 'en' ? inEnglish(advice) : inChinese(advice)
}

/** Trials in order, and which of them the first cannot be told from. */
export interface Ranked {
  readonly standings: readonly {
    readonly number: number
    readonly rank: number
    readonly behind: boolean
  }[]
}

/**
 * How much a ranking means, in one sentence: `trial 7 is first, but not distinguishable from trials
 * 3 and 9`.
 */
export function rankingIn({ standings }: Ranked, language: Language): string {
  const [first] = standings
  if (!first) return language === 'en' ? 'no trial is complete' : '没有已完成的试验'
  const tied = standings
    .filter(({ rank, behind }) => rank > 1 && !behind)
    .map(({ number }) => number)
  if (language === 'en') {
    return tied.length === 0
      ? `trial ${first.number} is first by more than chance`
      : `trial ${first.number} is first, but not distinguishable from ${trials(tied)}`
  }
  return tied.length === 0
    ? `试验 ${first.number} 领先，且差距超出偶然`
    : `试验 ${first.number} 排名第一，但与试验 ${tied.join('、')} 无法区分`
}

function inEnglish(advice: Advice): Said {
  switch (advice.advice) {
    case 'more-data':
      return {
        advice: 'Collect more examples',
        ground: `training loss was ${nats(advice.trainLoss)} where validation loss was ${nats(advice.valLoss)}: the model knows its ${count(advice.examples)} examples better than others like them${
          advice.parameters === null
            ? ''
            : `, with ${count(advice.parameters)} parameters to keep them in`
        }`,
      }
    case 'fewer-epochs':
      return {
        advice: `Train for fewer epochs, about ${advice.bestEpoch}`,
        ground: `the best trial's epoch was ${advice.bestEpoch} of ${advice.epochsRun}, and ${advice.overfitted} of ${advice.trials} trials overfitted`,
      }
    case 'smaller-learning-rate':
      return {
        advice: 'Try smaller learning rates',
        ground:
          advice.because === 'diverged'
            ? `${advice.diverged} of ${advice.trials} trials diverged`
            : `the best of ${advice.epochsRun} epochs was the first: one pass over the data already goes too far`,
      }
    case 'more-regularisation':
      return {
        advice: 'Try more dropout or weight decay, or train fewer parameters (LoRA)',
        ground: `there is one example for every ${count(Math.round(1 / advice.examplesPerParameter))} trained parameters, and a gap of ${nats(advice.gap)} nats between training and validation loss`,
      }
    case 'more-epochs':
      return {
        advice: 'Allow more epochs',
        ground: `the best trial was still improving after its ${advice.epochsRun} epochs`,
      }
    case 'larger-validation-set':
      return {
        advice: 'Hold back more examples for validation',
        ground: `${advice.examples} examples say little: the best validation loss, ${nats(advice.loss)}, could as well have been anything from ${nats(advice.low)} to ${nats(advice.high)} on others like them`,
      }
    case 'doubt-the-ranking':
      return {
        advice: `Do not read much into who is first: trial ${advice.first} is not distinguishable from ${trials(advice.tied)}`,
        ground: `the differences between their losses are no larger than chance makes them, and the best of ${advice.trials} looks about ${nats(advice.optimism)} nats better than it is`,
      }
    case 'remove-duplicates':
      return {
        advice: 'Remove duplicates from the data',
        ground: `${advice.duplicates} of ${advice.examples} examples repeat another one: they teach nothing new and are learnt by heart sooner`,
      }
    default:
      return unreachable(advice)
  }
}

function inChinese(advice: Advice): Said {
  switch (advice.advice) {
    case 'more-data':
      return {
        advice: '收集更多样本',
        ground: `验证损失为 ${nats(advice.valLoss)} 时训练损失只有 ${nats(advice.trainLoss)}：模型对这 ${count(advice.examples)} 条样本的掌握好于同类的其他样本${
          advice.parameters === null ? '' : `，而可训练参数有 ${count(advice.parameters)} 个`
        }`,
      }
    case 'fewer-epochs':
      return {
        advice: `减少训练轮数，约 ${advice.bestEpoch} 轮`,
        ground: `最佳试验在 ${advice.epochsRun} 轮中的第 ${advice.bestEpoch} 轮最好，${advice.trials} 个试验中有 ${advice.overfitted} 个过拟合`,
      }
    case 'smaller-learning-rate':
      return {
        advice: '尝试更小的学习率',
        ground:
          advice.because === 'diverged'
            ? `${advice.trials} 个试验中有 ${advice.diverged} 个发散`
            : `${advice.epochsRun} 轮中第 1 轮就是最好的：只过一遍数据就已经走得太远`,
      }
    case 'more-regularisation':
      return {
        advice: '尝试更大的 dropout 或权重衰减，或减少可训练参数（LoRA）',
        ground: `每 ${count(Math.round(1 / advice.examplesPerParameter))} 个可训练参数只有一条样本，训练损失与验证损失相差 ${nats(advice.gap)} 纳特`,
      }
    case 'more-epochs':
      return { advice: '允许更多轮数', ground: `最佳试验在第 ${advice.epochsRun} 轮结束时仍在改善` }
    case 'larger-validation-set':
      return {
        advice: '留出更多样本用于验证',
        ground: `${advice.examples} 条样本说明不了多少：最佳验证损失 ${nats(advice.loss)} 换一批同类样本可能是 ${nats(advice.low)} 到 ${nats(advice.high)} 之间的任何值`,
      }
    case 'doubt-the-ranking':
      return {
        advice: `不要过分看重第一名：试验 ${advice.first} 与试验 ${advice.tied.join('、')} 无法区分`,
        ground: `它们的损失之差小于偶然造成的差别，而且 ${advice.trials} 个试验中的最佳者看起来比实际好约 ${nats(advice.optimism)} 纳特`,
      }
    case 'remove-duplicates':
      return {
        advice: '删除数据中的重复样本',
        ground: `${advice.examples} 条样本中有 ${advice.duplicates} 条与其他样本重复：它们没有新内容，却更快被死记`,
      }
    default:
      return unreachable(advice)
  }
}

function trials(numbers: readonly number[]): string {
  if (numbers.length === 1) return `trial ${numbers[0]}`
  if (numbers.length > 4)
    return `${numbers.length} other trials (${numbers.slice(0, 3).join(', ')}, …)`
  return `trials ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
