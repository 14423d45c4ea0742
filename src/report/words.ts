import type { StudyState } from '../record/document.js'
import type { Measure, Objective } from '../record/objective.js'
import type { VerdictKind } from '../record/verdict.js'
import type { Language } from '../record/language.js'
import type { TrialState, TrialView } from './view.js'

/** What a word on the leaderboard means, for someone who meets it for the first time. */
export interface Word {
  readonly label: string
  readonly meaning: string
}

const ENGLISH: Readonly<Record<VerdictKind, Word>> = {
  'still-improving': {
    label: 'still improving',
    meaning:
      'Validation loss was still falling when training ended. More epochs would probably help.',
  },
  plateau: {
    label: 'plateau',
    meaning: 'Validation loss has levelled off. More epochs would change little.',
  },
  overfit: {
    label: 'overfit',
    meaning:
      'Validation loss rose again while training loss kept falling: the model began to learn the examples by heart. The best epoch before that is the one that counts.',
  },
  diverged: {
    label: 'diverged',
    meaning:
      'Training went wrong: the loss grew or was no longer a number. Nearly always the learning rate is too high.',
  },
  'too-early': {
    label: 'too early to say',
    meaning: 'Too few epochs have run for the curve to have a direction.',
  },
}

const CHINESE: Readonly<Record<VerdictKind, Word>> = {
  'still-improving': {
    label: '仍在改善',
    meaning: '训练结束时验证损失仍在下降，增加轮数很可能有帮助。',
  },
  plateau: { label: '已趋平稳', meaning: '验证损失已趋于平稳，增加轮数不会有多大变化。' },
  overfit: {
    label: '过拟合',
    meaning: '训练损失继续下降而验证损失回升：模型开始死记训练样本。以回升之前的最佳轮为准。',
  },
  diverged: {
    label: '发散',
    meaning: '训练出了问题：损失增大或不再是数值。几乎总是因为学习率过高。',
  },
  'too-early': { label: '为时尚早', meaning: '轮数太少，曲线还看不出方向。' },
}

/** What a trial's own curves say, in each language. */
export const VERDICT_WORDS: Readonly<Record<Language, Readonly<Record<VerdictKind, Word>>>> = {
  en: ENGLISH,
  zh: CHINESE,
}

/** What stands above the words of verdicts, trust and test. */
export const TRUST_WORDS: Readonly<
  Record<
    Language,
    Readonly<
      Record<
        'trust' | 'test' | 'again' | 'overfit' | 'pending' | 'none' | 'unfinished' | 'legend',
        string
      >
    >
  >
> = {
  en: {
    trust: 'How far to trust it',
    test: 'Finalists, ± one standard error',
    again: 'Trained again',
    overfit: 'Where training went too far',
    pending: 'This is told when the first trial is complete.',
    none: 'No trial has overfitted.',
    unfinished: 'No trial has finished yet.',
    legend: 'What the words mean',
  },
  zh: {
    trust: '可信程度',
    test: '决选试验（± 一个标准误）',
    again: '重新训练',
    overfit: '训练过头的试验',
    pending: '第一个试验完成后给出。',
    none: '没有试验过拟合。',
    unfinished: '还没有试验结束。',
    legend: '用语说明',
  },
}

export const TRIAL_STATE_WORDS: Readonly<Record<TrialState, string>> = {
  waiting: 'waiting',
  running: 'running',
  paused: 'paused',
  complete: 'complete',
  pruned: 'pruned',
  failed: 'failed',
}

/** What a fine-tuning may be ranked by, other than its validation loss. */
export const OBJECTIVE_WORDS: Readonly<Record<Objective, string>> = {
  valLoss: 'Validation loss',
  perplexity: 'Perplexity',
  tokenAccuracy: 'Token accuracy',
  exactMatch: 'Exact match',
  contains: 'Contains',
  rougeL: 'ROUGE-L',
}

export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  ...OBJECTIVE_WORDS,
  seconds: 'Seconds of training',
}

export const FAILURE_WORDS: Readonly<Record<NonNullable<TrialView['failure']>, string>> = {
  diverged: 'diverged',
  'out-of-memory': 'out of memory',
  crashed: 'crashed',
  invalid: 'invalid',
}

/**
 * A study's state in a word; one that says it is running while nobody is at work on it was
 * interrupted.
 */
export function studyStateWord(state: StudyState, live: boolean): string {
  if (state === 'running' && !live) return 'interrupted'
  return state === 'created' ? 'not started' : state
}

export const VALIDATION_LOSS_MEANING =
  'Validation loss is measured on examples that training never sees, in nats per token of the answers. Lower is better.'
/** Of a training that the user brings. */
export const OWN_LOSS_MEANING =
  'Validation loss is what the training itself reports after each epoch. Lower is better.'
export const PERPLEXITY_MEANING =
  'Perplexity is the same in other words: among how many equally likely tokens the model hesitates at each step. 1 would be certainty.'
