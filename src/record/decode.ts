import { z } from 'zod'
import { search, stopping } from '../settings/index.js'
import { recordSchema } from '../settings/schema.js'
import type { DataRemarks } from './data-report.js'
import type { Params, Parameter } from '../space/parameter.js'
import { check, misfit } from './check.js'
import type { Evidence, ExportRecord, Preparation, ProbeAnswer, StudyDocument } from './document.js'
import type { FinalistRecord, RetrainingRecord } from './finalist.js'
import { FORMAT } from './migrate.js'
import type { StudySpec } from './study.js'
import type { Task } from './task.js'
import type { Failure, TrialRecord } from './trial.js'
import type { Verdict } from './verdict.js'

/**
 * Checks what was read from a file, so that the rest of the program never meets an unchecked value.
 * The value comes back as it is, in the order of its fields and with those that a later version may
 * have added: a finished trial is written again byte for byte as it was read.
 *
 * @param json parsed JSON
 * @param at where it came from: `studies/llama/study.json`
 * @throws UserError naming file and field
 */
export function decodeDocument(json: unknown, at: string): StudyDocument {
  const document = check(document_, json, at)
  document.trials.forEach(({ number, leader }, i) => {
    if (number !== i) throw misfit(`${at} trials[${i}].number`, number, String(i))
    if (leader >= document.trials.length)
      throw misfit(`${at} trials[${i}].leader`, leader, 'the number of a trial')
  })
  return document
}

/** @throws UserError naming file and field */
export function decodeTrial(json: unknown, at: string): TrialRecord {
  return check(trial, json, at)
}

const count = z.int().nonnegative()
const epoch = z.int().positive()
const text = z.string()
const number = z.number()
const choice = z.union([text, number, z.boolean()])

const params: z.ZodType<Params> = z.record(text, choice)

const when = z.object({ name: text, is: z.array(choice) }).exactOptional()
const bounded = { name: text, low: number, high: number, scale: z.enum(['linear', 'log']), when }
const parameter: z.ZodType<Parameter> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('float'), ...bounded }),
  z.object({ kind: z.literal('int'), ...bounded }),
  z.object({ kind: z.literal('categorical'), name: text, choices: z.array(choice), when }),
])

// Evidence is for people and other languages; only its tag is read by the program.
const verdict = z.object({
  kind: z.enum(['too-early', 'still-improving', 'plateau', 'overfit', 'diverged']),
  reason: text,
  bestEpoch: count,
  confidence: number,
  evidence: z.looseObject({ finding: text }).optional(),
}) as unknown as z.ZodType<Verdict>

const failure: z.ZodType<Failure> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('diverged'), epoch: count, message: text }),
  z.object({ kind: z.literal('out-of-memory'), device: text, message: text }),
  z.object({ kind: z.literal('crashed'), message: text }),
  z.object({ kind: z.literal('invalid'), message: text }),
])

const rationale = z.object({
  method: text,
  text,
  expected: z.object({ mean: number, sd: number }).nullable(),
})
const stage = z.object({
  until: epoch,
  step: count,
  remaining: number.exactOptional(),
  rationale,
  end: z
    .object({ epochs: count, step: count, finishedStep: count.exactOptional() })
    .exactOptional(),
})
const suggested = {
  number: count,
  params,
  repeatOf: count.exactOptional(),
  basis: z.object({ finished: z.array(count), running: z.array(count) }),
  leader: count,
  rationale: rationale.nullable(),
  stages: z.array(stage).exactOptional(),
  retries: z
    .array(
      z.object({
        trials: count,
        steps: count,
        epochs: count,
        stages: z.array(stage).exactOptional(),
      }),
    )
    .exactOptional(),
}
const started = { ...suggested, attempt: epoch, startedAt: text, device: text }
const ended = { ...started, endedAt: text, seconds: number, epochsRun: count }

const scored = {
  objective: number,
  bestEpoch: epoch,
  smoothed: z.object({ objective: number, bestMeasured: number }).exactOptional(),
}

const trial: z.ZodType<TrialRecord> = z.discriminatedUnion('state', [
  z.object({ ...suggested, state: z.literal('waiting') }),
  z.object({
    ...started,
    state: z.literal('running'),
    owner: text.exactOptional(),
    request: text.exactOptional(),
  }),
  z.object({
    ...started,
    state: z.literal('paused'),
    seconds: number,
    epochsRun: epoch,
    ...scored,
  }),
  z.object({
    ...ended,
    state: z.literal('complete'),
    ...scored,
    objectives: z.tuple([number, number]).exactOptional(),
    stop: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('budget') }),
      z.object({ kind: z.literal('verdict') }),
      z.object({ kind: z.literal('not-resumed'), reason: text }),
    ]),
    verdict,
  }),
  z.object({
    ...ended,
    state: z.literal('pruned'),
    prune: z.object({
      kind: z.string().min(1),
      epoch,
      value: number,
      threshold: number,
      reason: text,
      peers: z.array(z.object({ trial: count, epochs: count })).exactOptional(),
    }),
  }),
  z.object({ ...ended, state: z.literal('failed'), failure }),
])

// What is inside is checked by the task's kind: `decodeTask` in src/kinds.
const task = z.looseObject({ kind: text }) as unknown as z.ZodType<Task>

const spec = recordSchema([...search, ...stopping])
  .omit({ parameters: true, training: true })
  .extend({
    name: text,
    direction: z.enum(['minimize', 'maximize']),
    space: z.array(parameter),
    sampler: z.object({ name: text, options: z.record(text, z.unknown()) }),
    trials: count,
    engine: text.exactOptional(),
    warmStart: z.array(text).exactOptional(),
    earlyStopping: text,
    pruner: text.exactOptional(),
    task,
  }) as unknown as z.ZodType<StudySpec>

const place = z.object({ file: text.exactOptional(), line: count })

const remarks: z.ZodType<DataRemarks> = z.object({
  unused: z.array(text),
  notes: z.array(z.object({ reason: text, count, first: place })),
  modelNotes: z.array(text),
  ambiguous: z.object({ count, first: place.nullable() }),
})

const preparation: z.ZodType<Preparation> = z.object({
  engine: text,
  model: z.object({
    parameters: count,
    vocabulary: count,
    layers: count,
    width: count,
    architecture: text,
  }),
  data: z.object({
    format: text,
    examples: count,
    train: count,
    validation: count,
    tokens: count,
    trainedTokens: count,
    validationTokens: count,
    test: count.exactOptional(),
    testTokens: count.exactOptional(),
    duplicates: count,
    truncated: count,
    dropped: z.array(z.object({ file: text.exactOptional(), line: count, reason: text })),
    droppedCount: count.exactOptional(),
    remarks: remarks.exactOptional(),
  }),
  valLoss: number,
})

const probe: z.ZodType<ProbeAnswer> = z.object({
  prompt: text,
  before: text.nullable(),
  after: text.nullable(),
})

const exported: z.ZodType<ExportRecord> = z.object({
  dir: text,
  trial: count,
  epoch,
  valLoss: number,
  recheckedValLoss: number.nullable(),
  verified: z.boolean(),
})

const measuredLoss = z.object({ loss: number, error: number })
const finalist: z.ZodType<FinalistRecord> = z.object({
  trial: count,
  epoch,
  validation: measuredLoss,
  test: measuredLoss,
  against: z.array(z.object({ trial: count, error: number })),
})

const retraining: z.ZodType<RetrainingRecord> = z.object({
  trial: count,
  seed: epoch,
  objective: number.nullable(),
  epoch: epoch.nullable(),
  epochsRun: count,
  seconds: number,
})

const evidence: z.ZodType<Evidence> = z.object({
  study: text,
  direction: z.enum(['minimize', 'maximize']),
  trials: z.array(z.object({ params, objective: number })),
})

const document_: z.ZodType<StudyDocument> = z.object({
  format: z.literal(FORMAT),
  spec,
  former: z.array(z.object({ spec, trials: count, stages: count })).exactOptional(),
  evidence: z.array(evidence).exactOptional(),
  state: z.enum(['created', 'running', 'stopped', 'complete', 'failed']),
  reason: text,
  createdAt: text,
  seconds: number,
  preparation: preparation.nullable(),
  trials: z.array(trial),
  estimates: z
    .object({ complete: count, trials: z.array(z.object({ trial: count, objective: number })) })
    .exactOptional(),
  probes: z.array(probe),
  export: exported.nullable(),
  finalists: z.array(finalist).exactOptional(),
  retrainings: z.array(retraining).exactOptional(),
  paused: z.literal(true).exactOptional(),
  priorities: z.record(text, number).exactOptional(),
})
