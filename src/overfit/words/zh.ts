import { AUTO_TEST, type Unit } from '../../record/study.js'
import type { Checkpoint, Evidence } from '../../record/verdict.js'
import { count, nats } from './number.js'
import { TRAINING_LOSS_CHANGE, UNIT } from './unit.js'
import type { OverfitWords } from './words.js'

export const chinese: OverfitWords = {
  reasons: {
    'too-few-epochs': ({ epochs, needed }) =>
      `至少需要 ${needed} 轮才能判断，目前只训练了 ${epochs} 轮`,
    'not-finite': ({ epoch, checkpoint }, best) =>
      `第 ${epoch} 轮的损失不是有限数值；${bestEpoch(best, checkpoint)}`,
    'above-start': ({ loss, epoch, start, trainChange, checkpoint }, best) => {
      const training = trainChange === null ? '' : '，训练损失也没有下降'
      return (
        `第 ${epoch} 轮后验证损失为 ${nats(loss)}，高于训练开始时的 ${nats(start)}${training}；` +
        `${bestEpoch(best, checkpoint)}`
      )
    },
    rose: ({ rise, from, to, trainChange, expected, checkpoint }, best, unit) => {
      const outlook =
        expected !== null && expected > 1.2 * rise
          ? `，预计训练结束时比最低值高 ${nats(expected)}`
          : ''
      return (
        `验证损失在第 ${from}–${to} 轮上升了 ` +
        `${amount(rise, unit)}${trainingLoss(trainChange)}${outlook}；` +
        `${bestEpoch(best, checkpoint)}`
      )
    },
    memorised: ({ from, best: loss, since, train, checkpoint }, best) =>
      `验证损失在第 ${from} 轮达到 ${nats(loss)} 后没有再改善（此后均值 ${nats(since)}），而训练损失已降至 ` +
      `${nats(train)}：模型在死记训练样本；${bestEpoch(best, checkpoint)}`,
    flat: ({ from, to, change, outlook, checkpoint }, best, unit) => {
      const further = outlook
        ? `，剩余 ${outlook.epochsLeft} 轮预计只能再降 ${nats(outlook.gain)}`
        : ''
      return (
        `验证损失在第 ${from}–${to} 轮仅变化 ${amount(Math.abs(change), unit)}${further}；` +
        `${bestEpoch(best, checkpoint)}`
      )
    },
    'will-fall': ({ from, to, rise, outlook, checkpoint }, best, unit) => {
      const further = outlook
        ? `，但剩余 ${outlook.epochsLeft} 轮仍可能使最低值再降 ${nats(outlook.gain)}`
        : '，训练结束时接近最低值'
      return (
        `验证损失在第 ${from}–${to} 轮上升了 ${amount(rise, unit)}${further}；` +
        `${bestEpoch(best, checkpoint)}`
      )
    },
    falling: ({ from, to, fall, outlook, checkpoint }, best, unit) =>
      `验证损失在第 ${from}–${to} 轮下降了 ${amount(fall, unit)}${furtherFall(outlook)}；` +
      `${bestEpoch(best, checkpoint)}`,
  },

  advice: {
    'more-data': ({ trainLoss, valLoss, examples, parameters }) => ({
      advice: '收集更多训练样本',
      ground:
        `训练损失为 ${nats(trainLoss)}，验证损失为 ${nats(valLoss)}：模型对 ${count(examples)} ` +
        `条训练样本的拟合优于对新样本的泛化${parameters === null ? '' : `，可训练参数有 ${count(parameters)} 个`}`,
    }),
    'fewer-epochs': ({ bestEpoch: epoch, epochsRun, overfitted, trials }) => ({
      advice: `减少训练轮数，约 ${epoch} 轮`,
      ground: `最佳试验共训练 ${epochsRun} 轮，第 ${epoch} 轮最佳；${trials} 个试验中有 ${overfitted} 个过拟合`,
    }),
    'smaller-learning-rate': advice => ({
      advice: '尝试更小的学习率',
      ground:
        advice.because === 'diverged'
          ? `${advice.trials} 个试验中有 ${advice.diverged} 个发散`
          : `${advice.epochsRun} 轮中第 1 轮最佳：数据只过一遍，验证损失就开始上升`,
    }),
    'more-regularization': ({ examplesPerParameter, gap }) => ({
      advice: '尝试增大 dropout 或权重衰减，或减少可训练参数（LoRA）',
      ground:
        `平均每 ${count(Math.round(1 / examplesPerParameter))} 个可训练参数只有一条训练样本，验证损失比训练损失高 ` +
        `${nats(gap)} ${UNIT.nats}`,
    }),
    'more-epochs': ({ epochsRun }) => ({
      advice: '增加训练轮数',
      ground: `最佳试验训练 ${epochsRun} 轮后仍在改善`,
    }),
    'larger-validation-set': ({ examples, loss, low, high }) => ({
      advice: '增大验证集',
      ground: `${examples} 条验证样本太少：最佳验证损失为 ${nats(loss)}，其 95% 置信区间为 ${nats(low)} 至 ${nats(high)}`,
    }),
    'doubt-the-ranking': ({ first, tied, trials, selectionBias }) => ({
      advice: `不要依赖前几名的次序：试验 ${first} 与${trialList(tied)}的差异不显著`,
      ground: `它们的损失差异不显著，且从 ${trials} 个试验中选出的最佳者约有 ${nats(selectionBias)} ${UNIT.nats} 的选择偏差`,
    }),
    'remove-duplicates': ({ duplicates, examples }) => ({
      advice: '删除数据中的重复样本',
      ground: `${examples} 条样本中有 ${duplicates} 条重复：重复样本不提供新信息，却更容易导致过拟合`,
    }),
  },

  ranking: {
    none: '尚无已完成的试验',
    significant: first => `试验 ${first} 排名第一，优势显著`,
    tied: (first, tied) => `试验 ${first} 排名第一，但与${trialList(tied)}的差异不显著`,
    colon: '：',
  },

  retraining: {
    summary: ({ number, seeds, mean, search, order }) =>
      `换用 ${seeds} 个随机种子重新训练，试验 ${number} 的均值为 ${mean}，搜索时为 ` +
      `${search}${order === null ? '' : `；按均值比较，${order}`}`,
  },

  test: {
    pending: examples =>
      `测试集有 ${count(examples)} 条样本，训练与搜索均不使用；搜索结束后在测试集上评估入围试验`,
    absent: cause =>
      `没有测试集，因此最佳试验在新样本上的损失只是估计值：${
        cause === 'few'
          ? `数据中互不相同的记录少于 ${AUTO_TEST.least} 条`
          : '研究未划分测试集（study.yaml 中的 test）'
      }`,
    winner: ({ examples, number, objective, test, validation, difference, comparison }) => {
      const chosenBy = objective === undefined ? '验证损失' : '研究目标'
      const outcome = {
        same: `相差 ${difference}，差异不显著`,
        above: `测试损失高 ${difference}`,
        below: `测试损失低 ${difference}，说明测试样本较容易`,
      }[comparison]
      return (
        `在测试集（${count(examples)} 条训练与搜索均未使用的样本）上，按${chosenBy}选出的试验 ${number} 的损失为 ` +
        `${test}，其验证损失为 ${validation}：${outcome}`
      )
    },
    order: (ranking, winner) =>
      winner === null
        ? `按测试损失，${ranking}`
        : `按测试损失，${ranking}；最佳试验仍为试验 ${winner}：若按测试损失选择，测试集就成了第二个验证集`,
  },
}

function amount(loss: number, unit: Unit): string {
  return unit === null ? nats(loss) : `${nats(loss)} ${UNIT[unit]}`
}

function furtherFall(outlook: Evidence['outlook']): string {
  return outlook
    ? `，剩余 ${outlook.epochsLeft} 轮预计还能再降 ${nats(outlook.gain)}`
    : '，最后一轮仍在下降'
}

function trainingLoss(change: number | null): string {
  if (change === null) return ''
  if (Math.abs(change) < TRAINING_LOSS_CHANGE) return '，训练损失基本不变'
  return change < 0 ? '，而训练损失仍在下降' : '，训练损失也随之上升'
}

/** Names the epoch with the lowest measured loss as well, if smoothing chose another. */
function bestEpoch(epoch: number, checkpoint: Checkpoint | undefined): string {
  if (!checkpoint || checkpoint.lowest.epoch === checkpoint.epoch) return `最佳轮次为第 ${epoch} 轮`
  const { loss, error, lowest } = checkpoint
  return (
    `最佳轮次为第 ${epoch} 轮，平滑后为 ${nats(loss)} ± ${nats(error)}（实测最低值 ` +
    `${nats(lowest.loss)} 在第 ${lowest.epoch} 轮）`
  )
}

function trialList(numbers: readonly number[]): string {
  return numbers.length > 4
    ? `其他 ${numbers.length} 个试验（${numbers.slice(0, 3).join('、')} 等）`
    : `试验 ${numbers.join('、')} `
}
