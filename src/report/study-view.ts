import type { Language } from '../record/language.js'
import { byConfiguration, configurationNumber, summarizeRepeats } from '../record/repeats.js'
import { optional } from '../util/optional.js'
import { toPerplexity } from './format.js'
import { paretoTrials } from './front.js'
import { defaultsView } from './improvement.js'
import { calibration } from './prediction.js'
import { epochsBudgeted, studyProgress } from './progress.js'
import { currentEstimates, ranking, rankingSoFar, type Estimates } from '../ranking/index.js'
import { directionSign } from '../record/objective.js'
import type { Direction } from '../record/study.js'
import type { TrialRecord } from '../record/trial.js'
import { retrainedView } from './retrained.js'
import { savedBySharing } from './sharing.js'
import { testView } from './test-view.js'
import { trialView } from './trial-view.js'
import { trustView } from './trust.js'
import type { TrialView } from './trial.js'
import type { BestView, Overfitted, StudyFacts, StudyView } from './view.js'

/**
 * Everything that is shown of a study, as plain JSON. Pure: no clock, so equal facts give equal
 * views.
 *
 * @param language of all sentences
 */
export function studyView(
  { document, epochs, live }: StudyFacts,
  language: Language = 'en',
): StudyView {
  const { spec, preparation } = document
  const ranked = rankingSoFar(document)
  const ranks = new Map(ranked.map(({ number }, i) => [number, i + 1]))
  const estimates = currentEstimates(document)
  const front = spec.objectives ? paretoTrials(document.trials, spec.objectives) : null
  const groups = byConfiguration(ranking(document))
  const trials = document.trials.map((trial): TrialView => {
    const repeats = groups.get(configurationNumber(trial))
    return {
      ...trialView(
        trial,
        epochs.get(trial.leader) ?? [],
        ranks.get(trial.number) ?? null,
        spec,
        language,
      ),
      rankedBy: rankedBy(trial, spec.direction, estimates),
      ...((spec.repeats ?? 1) > 1 && repeats
        ? { repeats: { of: configurationNumber(trial), ...summarizeRepeats(repeats) } }
        : {}),
      ...(front && trial.state === 'complete' ? { front: front.has(trial.number) } : {}),
    }
  })
  const start = preparation && Number.isFinite(preparation.valLoss) ? preparation.valLoss : null
  return {
    name: spec.name,
    state: document.state,
    reason: document.reason,
    live,
    createdAt: document.createdAt,
    seconds: document.seconds,
    sampler: spec.sampler.name,
    samplerOptions: spec.sampler.options,
    ...optional({ pruner: spec.pruner, minGainPerEpoch: spec.minGainPerEpoch }),
    seed: spec.seed,
    direction: spec.direction,
    slots: spec.slots,
    earlyStopping: spec.earlyStopping,
    space: spec.space,
    task: spec.task,
    trials,
    best: bestView(
      trials.find(({ rank }) => rank === 1),
      start,
    ),
    defaults: defaultsView(document),
    ...optional({
      objective: spec.objective,
      objectives: spec.objectives,
      repeats: spec.repeats,
      warmStart: spec.warmStart,
    }),
    calibration: calibration(trials),
    start: start === null ? null : { valLoss: start, perplexity: toPerplexity(start) },
    progress: studyProgress(
      trials,
      spec,
      live && document.state === 'running',
      epochsBudgeted(document.trials),
    ),
    saved: savedBySharing(trials),
    overfitted: overfittedTrials(trials),
    trust: trustView(document, trials, language),
    test: testView(document, language),
    retrained: retrainedView(document, language),
    language,
    scoreEpoch: spec.scoreEpoch ?? 'best',
    probes: document.probes,
    export: document.export,
    preparation,
  }
}

function bestView(best: TrialView | undefined, start: number | null): BestView | null {
  if (!best || best.bestEpoch === null || best.valLoss === null) return null
  const { number, bestEpoch, valLoss, perplexity } = best
  return {
    number,
    bestEpoch,
    valLoss,
    perplexity,
    improvement: start === null ? null : start - valLoss,
  }
}

function overfittedTrials(trials: readonly TrialView[]): Overfitted[] {
  return trials
    .filter(({ verdict }) => verdict?.kind === 'overfit')
    .sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity))
    .map(({ number, bestEpoch, epochsRun, verdict }) => ({
      number,
      bestEpoch: bestEpoch!,
      epochsRun,
      reason: verdict!.reason,
    }))
}

/** What ranks a trial, if it is not what was measured at its best epoch. */
function rankedBy(
  trial: TrialRecord,
  direction: Direction,
  estimates: Estimates | undefined,
): TrialView['rankedBy'] {
  if (trial.state !== 'complete' && trial.state !== 'paused') return null
  const estimate = estimates?.get(trial.number)
  if (estimate !== undefined) return { by: 'model', value: directionSign(direction) * estimate }
  return trial.smoothed ? { by: 'smoothed', value: trial.smoothed.objective } : null
}
