import type { Setting } from '../setting.js'

/**
 * Settings that every trial has a value of its own for. A fine-tuning has them under `space`, other
 * training under `parameters`.
 *
 * Defaults: a learning rate that fine-tunings of all weights and of adapters have in common
 * (Dettmers et al., "QLoRA", NeurIPS 2023, appendix B.2); batch size and epochs of transformers'
 * TrainingArguments.
 */
export const parameters = [
  {
    name: 'learningRate',
    label: '学习率',
    type: 'float',
    min: 0,
    max: 1,
    exclusiveMin: true,
    scale: 'log',
    default: 2e-4,
    searchable: { example: '1e-5..1e-2', range: '1e-4..1e-2' },
    flag: { searches: true },
    help: {
      en: 'size of each optimizer step, after warm-up',
      zh: '预热之后每个优化步的学习率',
    },
  },
  {
    name: 'batchSize',
    label: '批大小',
    type: 'int',
    min: 1,
    max: 65536,
    scale: 'log',
    default: 8,
    unit: 'examples',
    searchable: { example: '4,8,16', range: '4,8,16' },
    flag: { searches: true },
    help: { en: 'examples per optimizer step', zh: '每个优化步的样本数' },
  },
  {
    name: 'epochs',
    label: '轮数',
    type: 'int',
    min: 1,
    max: 10_000,
    default: 3,
    unit: 'epochs',
    searchable: { example: '1..20', range: '1..10' },
    flag: { searches: true },
    help: { en: 'passes over the training split, at most', zh: '遍历训练集的最大轮数' },
  },
] as const satisfies readonly Setting[]
