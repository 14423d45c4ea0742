import { UserError } from '../../errors.js'
import type { StudyDocument } from '../../record/document.js'
import { FORMAT } from '../../record/migrate.js'
import { trialKind } from '../../kinds/index.js'
import type { StudySpec } from '../../record/study.js'
import type { StudyStore } from '../../storage/store.js'
import { readEvidence } from '../decision/evidence.js'
import { withFormer } from '../decision/former.js'
import { trialPlan, trialsPlanned } from '../decision/plan.js'
import { withoutEqualBatches } from '../equal-batches.js'

/** What a run, or a call, asks for on top of study.yaml. */
export interface AdoptRequest {
  /** A new total, or with `more` this many on top of the trials there are. */
  readonly trials?: number | undefined
  readonly more?: number | undefined
  readonly slots?: number | undefined
}

/**
 * Takes over what study.yaml says now, and refuses what would make the trials so far mean something
 * else.
 */
export async function adopt(
  store: StudyStore,
  definition: StudySpec,
  request: AdoptRequest,
): Promise<void> {
  const { document } = store
  const requested = asPrepared(definition, document)
  const had = document.spec
  if (document.trials.length > 0) {
    for (const [key, value] of Object.entries(fixedSettings(had))) {
      const now = fixedSettings(requested)[key]
      if (JSON.stringify(now) === JSON.stringify(value)) continue
      throw new UserError(
        `study ${had.name}: ${key}`,
        `was ${plain(value)} for its ${document.trials.length} trials and is now ${plain(now)}`,
        'Put it back in study.yaml, or make a new study for the new value',
      )
    }
  }
  const paused = document.trials.some(({ state }) => state === 'paused')
  if (paused && had.pruner !== requested.pruner)
    throw new UserError(
      `study ${had.name}: pruner`,
      `was ${plain(had.pruner)} when trials were paused and is now ${plain(requested.pruner)}`,
      'Put it back in study.yaml until the study has ended, or make a new study for the new value',
    )
  const budget = Math.max(requested.trials, document.trials.length > 0 ? had.trials : 0)
  // Under a budget of epochs more trials may have been begun than it is worth.
  const begun =
    trialPlan(had).pacing.kind === 'allocator'
      ? document.trials.length > 0
        ? had.trials
        : 0
      : document.trials.length
  const budgetWanted =
    request.more !== undefined ? begun + request.more : (request.trials ?? budget)
  const { defaults: stated, ...rest } = requested
  // What trial 0 was is history: a study that began without defaults goes on without, and the
  // others may get a value for a further parameter only.
  const defaults =
    document.trials.length > 0 ? had.defaults && { ...stated, ...had.defaults } : stated
  const asks = {
    ...rest,
    ...(defaults ? { defaults } : {}),
    slots: request.slots ?? requested.slots,
  }
  const spec = {
    ...asks,
    trials: Math.max(trialsPlanned(asks, trialPlan(asks), budgetWanted), begun),
  }
  const former = withFormer(document, spec)
  const probesByPrompt = new Map(document.probes.map(probe => [probe.prompt, probe]))
  const probes = probePrompts(spec).map(
    prompt => probesByPrompt.get(prompt) ?? { prompt, before: null, after: null },
  )
  await store.update(before => ({
    ...before,
    spec,
    ...(former.length > 0 ? { former } : {}),
    probes,
  }))
}

/** Batch sizes that make the same batches were merged when the data were read. */
function asPrepared(definition: StudySpec, { preparation }: StudyDocument): StudySpec {
  // Studies of earlier versions have no remarks, and keep all their batch sizes
  return preparation?.data.remarks
    ? withoutEqualBatches(definition, preparation.data.train)
    : definition
}

/**
 * Copies what earlier studies know, before the first trial: they may change or be deleted, and what
 * they told must not.
 */
export async function takeEvidence(store: StudyStore, studies: string): Promise<void> {
  const { spec, trials } = store.document
  if (trials.length > 0) return
  const { evidence: _, ...document } = store.document
  const evidence = spec.warmStart
    ? await readEvidence(studies, spec.warmStart, `study ${spec.name}: warmStart`)
    : []
  await store.update(() => ({ ...document, ...(evidence.length > 0 ? { evidence } : {}) }))
}

/** What all trials of a study must have in common, by its name in study.yaml. */
function fixedSettings({
  seed,
  task,
  objective = 'valLoss',
  objectives,
  warmStart = [],
  scoreEpoch = 'best',
}: StudySpec): Readonly<Record<string, unknown>> {
  return { seed, objective, ...trialKind(task).fixed(task), scoreEpoch, objectives, warmStart }
}

function probePrompts({ task }: StudySpec): readonly string[] {
  return trialKind(task).languageModel?.probes(task) ?? []
}

function plain(value: unknown): string {
  return value === undefined
    ? 'not said'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
}

/** The record of a study that has not been run yet. */
export function newDocument(spec: StudySpec): StudyDocument {
  return {
    format: FORMAT,
    spec,
    state: 'created',
    reason: 'not yet run',
    createdAt: new Date().toISOString(),
    seconds: 0,
    preparation: null,
    trials: [],
    probes: probePrompts(spec).map(prompt => ({ prompt, before: null, after: null })),
    export: null,
  }
}
