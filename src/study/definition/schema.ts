import { z } from 'zod'
import { engineNames } from '../../compile/engine.js'
import { UserError } from '../../errors.js'
import { MAX_FINALISTS, ruleNamed } from '../../overfit/index.js'
import { MEASURES, OBJECTIVES } from '../../record/objective.js'
import { OPTIMIZERS, SCHEDULES, SCORE_EPOCHS } from '../../record/study.js'
import { prunerNamed } from '../../search/pruners/index.js'

/** What a fine-tuning starts from when nothing is said. The only place of defaults. */
export const DEFAULTS = {
  sampler: 'auto',
  trials: 12,
  slots: 2,
  seed: 1,
  learningRate: '1e-4..1e-2',
  batchSize: '4,8,16',
  epochs: '1..10',
  validation: 0.15,
  schedule: 'constant',
  warmupSteps: 10,
  weightDecay: 0.01,
  clipNorm: 1,
  maxLength: 512,
  lora: { rank: 8, alpha: 16, dropout: 0, targets: ['all-linear'], rslora: false },
  score: { examples: 32, maxTokens: 64 },
} as const

/** The name of a stopping rule. */
function aRule(text: string, context: z.RefinementCtx): void {
  if (text === 'verdict' || text === 'off') return
  try {
    ruleNamed(text)
  } catch (error) {
    context.addIssue(
      error instanceof UserError ? `${error.problem}; ${error.remedy}` : String(error),
    )
  }
}

/** The name of a pruner. */
function aPruner(text: string, context: z.RefinementCtx): void {
  try {
    prunerNamed(text)
  } catch (error) {
    context.addIssue(
      error instanceof UserError ? `${error.problem}; ${error.remedy}` : String(error),
    )
  }
}

const anyChoice = z.union([z.string(), z.number(), z.boolean()])
const extras = {
  step: z.number().gt(0).optional(),
  when: z.record(z.string(), z.union([anyChoice, z.array(anyChoice)])).optional(),
}

const written = z.union([
  z.string(),
  z.number(),
  z.array(z.union([z.string(), z.number()])),
  z.strictObject({
    low: z.number(),
    high: z.number(),
    scale: z.enum(['linear', 'log']).optional(),
    ...extras,
  }),
  z.strictObject({ choices: z.array(z.union([z.string(), z.number()])).min(1), when: extras.when }),
])

const share = z.number().min(0).lt(1)

export const lora = z.strictObject({
  rank: z.int().min(1).max(4096).default(DEFAULTS.lora.rank),
  alpha: z.number().gt(0).default(DEFAULTS.lora.alpha),
  dropout: share.default(DEFAULTS.lora.dropout),
  targets: z
    .array(z.string().min(1))
    .min(1)
    .default([...DEFAULTS.lora.targets]),
  rslora: z.boolean().default(DEFAULTS.lora.rslora),
})

/** What data are named by. */
const sources = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])

export const score = z.strictObject({
  examples: z.int().min(0).default(DEFAULTS.score.examples),
  maxTokens: z.int().min(1).default(DEFAULTS.score.maxTokens),
  data: sources.optional(),
})

export const training = z.strictObject({
  schedule: z.enum(SCHEDULES).default(DEFAULTS.schedule),
  warmupSteps: z.int().min(0).default(DEFAULTS.warmupSteps),
  weightDecay: z.number().min(0).max(1).default(DEFAULTS.weightDecay),
  clipNorm: z.number().min(0).default(DEFAULTS.clipNorm),
  maxLength: z.int().min(8).max(1_000_000).default(DEFAULTS.maxLength),
  optimizer: z.enum(OPTIMIZERS).optional(),
  momentum: share.optional(),
  warmupRatio: share.optional(),
  decayRatio: z.number().gt(0).max(1).optional(),
  dropout: share.optional(),
  labelSmoothing: share.optional(),
  method: z.enum(['full', 'lora']).optional(),
  lora: lora.optional(),
  evaluateEvery: z.number().min(0).max(1).optional(),
  score: score.optional(),
})

export const common = {
  sampler: z.union([z.string(), z.looseObject({ name: z.string() })]).default(DEFAULTS.sampler),
  trials: z.int().min(1).max(1_000_000).optional(),
  slots: z.int().min(1).max(256).default(DEFAULTS.slots),
  engine: z.enum(['auto', ...engineNames]).optional(),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(DEFAULTS.seed),
  earlyStopping: z.string().superRefine(aRule).default('verdict'),
  pruner: z.string().superRefine(aPruner).optional(),
  minGainPerEpoch: z.number().gt(0).optional(),
  scoreEpoch: z.enum(SCORE_EPOCHS).optional(),
  finalists: z.int().min(1).max(MAX_FINALISTS).optional(),
  retrain: z.int().min(0).max(100).optional(),
  constraints: z.array(z.string().min(1)).optional(),
  initialPoints: z.array(z.record(z.string(), anyChoice)).optional(),
  defaults: z.record(z.string(), anyChoice).optional(),
  repeats: z.int().min(1).max(1000).optional(),
  warmStart: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
}

/** study.yaml of a fine-tuning, as people write it. */
export const finetune = z.strictObject({
  model: z.string().min(1),
  data: sources,
  columns: z
    .partialRecord(
      z.enum(['prompt', 'input', 'answer', 'system', 'history', 'messages', 'text']),
      z.string().min(1),
    )
    .optional(),
  probes: z.array(z.string().min(1)).default([]),
  ...common,
  space: z.record(z.string(), written).default({}),
  training: training.prefault({}),
  objective: z.enum(OBJECTIVES).optional(),
  objectives: z.tuple([z.enum(MEASURES), z.enum(MEASURES)]).optional(),
  validation: z.number().gt(0).lt(1).default(DEFAULTS.validation),
  test: z.union([share, sources]).optional(),
})

const choice = z.union([z.string(), z.number(), z.boolean()])
const ownWritten = z.union([
  choice,
  z.array(choice),
  z.strictObject({
    low: z.number(),
    high: z.number(),
    scale: z.enum(['linear', 'log']).optional(),
    kind: z.enum(['int', 'float']).optional(),
    ...extras,
  }),
  z.strictObject({ choices: z.array(choice).min(1), when: extras.when }),
])

/** study.yaml of a training of the user's own. */
const ownCommon = {
  pausable: z.boolean().optional(),
  parameters: z.record(z.string(), ownWritten),
  schedule: z.enum(SCHEDULES).optional(),
  objectives: z.tuple([z.literal('valLoss'), z.literal('seconds')]).optional(),
  ...common,
}
export const ownModule = z.strictObject({ module: z.string().min(1), ...ownCommon })
export const ownCommand = z.strictObject({
  command: z.union([z.string(), z.array(z.string())]),
  directory: z.string().min(1).optional(),
  ...ownCommon,
})

export const external = z.strictObject({
  external: z.literal(true),
  direction: z.enum(['minimize', 'maximize']).optional(),
  ...ownCommon,
})

export type FinetuneDefinition = z.input<typeof finetune>
export type ModuleDefinition = z.input<typeof ownModule>
export type CommandDefinition = z.input<typeof ownCommand>
export type ExternalDefinition = z.input<typeof external>
export type StudyDefinition =
  FinetuneDefinition | ModuleDefinition | CommandDefinition | ExternalDefinition
