import { kindOf } from '../kinds/index.js'
import colors from 'picocolors'
import type { StudyDocument } from '../record/document.js'
import type { StudySpec } from '../record/study.js'
import {
  DEFAULTS_METHOD,
  isFinished,
  type FinishedTrial,
  type PausedTrial,
} from '../record/trial.js'
import {
  format,
  OBJECTIVE_WORDS,
  progressOf,
  progressText,
  rankingSoFar,
  shareOf,
  VERDICT_WORDS,
  type Costed,
  type Language,
} from '../report/index.js'
import type { VerdictKind } from '../record/verdict.js'
import type { Params } from '../space/parameter.js'
import type { Listener, StudyEvent } from '../study/index.js'
import { planOf } from '../study/index.js'
import { openBars, type Bars } from './bars.js'

/** Tells a person at a terminal what a study does, in the order in which it happens. */
export function narrator(): { readonly on: Listener; close(): void } {
  let bars: Bars | undefined
  let document: StudyDocument | undefined
  const slotOf = new Map<number, number>()
  // Trainings under way or paused.
  const running = new Map<number, Costed>()
  const paused = new Map<number, PausedTrial>()
  const finished = new Map<number, FinishedTrial>()
  const say = (text: string) => (bars ? bars.line(text) : console.log(text))

  const holds = (trial: PausedTrial) => {
    running.set(trial.number, trial)
    paused.set(trial.number, trial)
  }

  const closeBars = () => {
    bars?.close()
    bars = undefined
  }

  const overall = () => {
    if (!document) return
    const { spec } = document
    const { pacing } = planOf(spec)
    const progress = progressOf(
      [...finished.values(), ...running.values()],
      spec,
      true,
      pacing.kind === 'allocator' ? pacing.maxEpochs : null,
    )
    const { secondsLeft } = progress
    const { done, of } = shareOf(progress)
    const [best] = rankingSoFar([...finished.values(), ...paused.values()], spec.direction)
    const text = [
      progressText(progress),
      best &&
        `best ${spec.objective ? `${OBJECTIVE_WORDS[spec.objective]} ` : ''}${format.loss(best.objective)} (trial ${best.number})`,
      secondsLeft !== null && `${format.estimate(secondsLeft)} left`,
    ]
    bars?.whole(done / of, text.filter(Boolean).join(' · '))
  }

  const on = (event: StudyEvent): void => {
    switch (event.type) {
      case 'resumed':
        document = event.document
        for (const trial of document.trials) {
          if (isFinished(trial)) finished.set(trial.number, trial)
          else if (trial.state === 'paused') holds(trial)
        }
        say(colors.cyan(goingOn(event)))
        return
      case 'phase':
        document = event.document
        if (event.phase !== 'search') closeBars()
        phase(event, say)
        if (event.phase === 'search') bars = openBars(event.slots ?? document.spec.slots)
        return
      case 'trial-started':
        slotOf.set(event.trial.number, event.slot)
        paused.delete(event.trial.number)
        // A further attempt, or stage, keeps what the earlier ones cost.
        running.set(event.trial.number, {
          ...event.trial,
          seconds: 0,
          epochsRun: 0,
          ...costOf(running.get(event.trial.number)),
        })
        bars?.slot(
          event.slot,
          0,
          `trial ${event.trial.number}  ${colors.dim(params(event.trial.params))}`,
        )
        return
      case 'progress': {
        const share = (event.epoch - 1 + event.step / Math.max(1, event.steps)) / event.epochs
        bars?.slot(
          event.slot,
          share,
          `trial ${event.trial}  epoch ${event.epoch} of ${event.epochs}  loss ${format.loss(event.loss)}`,
        )
        return
      }
      case 'epoch': {
        const trial = running.get(event.trial)
        if (trial)
          running.set(event.trial, {
            ...trial,
            seconds: trial.seconds + event.metrics.seconds,
            epochsRun: Math.max(trial.epochsRun, event.metrics.epoch),
          })
        overall()
        return
      }
      case 'trial-paused':
        holds(event.trial)
        bars?.idle(slotOf.get(event.trial.number) ?? 0)
        say(`  ${pausedLine(event.trial, event.incumbent, document?.spec)}`)
        overall()
        return
      case 'trial-finished':
        finished.set(event.trial.number, event.trial)
        running.delete(event.trial.number)
        paused.delete(event.trial.number)
        bars?.idle(slotOf.get(event.trial.number) ?? 0)
        say(`  ${finishedLine(event.trial, event.incumbent, document?.spec)}`)
        overall()
        return
      case 'host-died':
        say(
          colors.yellow(
            `  the process of ${event.device} died (${event.message}); trial ${event.trials.join(', ')} continues from its last checkpoint`,
          ),
        )
        return
      case 'note':
        say(event.message)
    }
  }
  return { on, close: closeBars }
}

function phase(
  { phase, document, slots = document.spec.slots }: Extract<StudyEvent, { type: 'phase' }>,
  say: (text: string) => void,
): void {
  const { spec, preparation, probes, trials } = document
  switch (phase) {
    case 'prepare':
      return describe(spec, say)
    case 'ask-before':
      if (preparation) facts(preparation, say)
      say(`${title('Before')} asking the model as it is`)
      return
    case 'search': {
      if (trials.some(isFinished)) return say(title('Search'))
      // A kind that prepares has been described there.
      if (!preparation) describe(spec, say)
      for (const { prompt, before } of probes) say(answer(prompt, before))
      const plan = planOf(spec)
      if (plan.pacing.kind === 'allocator') {
        const { name, maxEpochs, chosen } = plan.pacing
        say(
          `${title('Search')} ${spec.trials * maxEpochs} epochs, as many as ${spec.trials} whole trainings have, ${slots} trials at a time, by ${name} search over ${spec.space.map(({ name }) => name).join(', ')}`,
        )
        return say(
          colors.dim(
            `  trials are paused and gone on with where that promises most, so more than ${spec.trials} may be begun${chosen === null ? '' : `; chosen because ${chosen}`}`,
          ),
        )
      }
      say(
        `${title('Search')} ${spec.trials} trials, ${slots} at a time, by ${spec.sampler.name} search over ${spec.space.map(({ name }) => name).join(', ')}${spec.pruner === undefined ? '' : `; trials that lag behind are given up by ${spec.pruner}`}`,
      )
      if (plan.epochCounts && plan.epochCounts.length > 1) {
        const trainings = Math.ceil(spec.trials / plan.epochCounts.length)
        say(
          colors.dim(
            `  trials that differ in epochs alone share a training: ${trainings} trainings instead of ${spec.trials} saves ${spec.trials - trainings}`,
          ),
        )
      }
      return
    }
    case 'retrain':
      return say(
        `${title('Again')} training the first configurations under ${spec.retrain} other seed${spec.retrain === 1 ? '' : 's'} each`,
      )
    case 'test':
      return say(
        `${title('Test')} measuring the first trials on ${document.preparation!.data.test} examples that neither training nor search has seen`,
      )
    case 'export':
      return say(`${title('Export')} ${kindOf(spec.task).export.summary}`)
    case 'ask-after':
      return say(`${title('After')} asking the exported model the same questions`)
    case 'done':
  }
}

function describe({ task }: StudySpec, say: (text: string) => void): void {
  for (const { label, text } of kindOf(task).describe(task)) say(`${title(label)} ${text}`)
}

function facts(
  { model, data, valLoss }: NonNullable<StudyDocument['preparation']>,
  say: (text: string) => void,
): void {
  say(
    `  ${model.architecture}, ${format.magnitude(model.parameters)} parameters, ${model.layers} layers of ${model.width}, vocabulary ${model.vocabulary}`,
  )
  say(
    `  ${data.format}: ${data.examples} examples, ${data.train} to learn from, ${data.validation} to measure with${data.test ? ` and ${data.test} kept for the end` : ''}; ${data.trainedTokens} of ${data.tokens} tokens are answers`,
  )
  const odd = [
    data.duplicates > 0 && `${data.duplicates} duplicates`,
    data.truncated > 0 && `${data.truncated} cut to the longest length`,
    data.dropped.length > 0 &&
      `${data.droppedCount ?? data.dropped.length} records dropped (first: line ${data.dropped[0]!.line}, ${data.dropped[0]!.reason})`,
  ].filter(Boolean)
  if (odd.length > 0) say(colors.yellow(`  ${odd.join(', ')}`))
  say(
    colors.dim(`  before any training its validation loss is ${format.loss(valLoss)} nats a token`),
  )
}

const STAR = colors.green('  ★ best so far')

function goingOn({
  document: { spec, trials },
  finished,
  paused,
  continued,
}: Extract<StudyEvent, { type: 'resumed' }>): string {
  const begun =
    planOf(spec).pacing.kind === 'allocator'
      ? `${trials.length} trials are begun, ${finished} of them`
      : `${finished} of ${spec.trials} trials are`
  const rest = [
    continued > 0 && `${continued} continue from their last checkpoint`,
    paused > 0 && `${paused} are paused and may go on`,
  ].filter(part => part !== false)
  return `Going on with ${spec.name}: ${[`${begun} finished and stay as they are`, ...rest].join(', ')}.`
}

function costOf(cost: Costed | undefined): Pick<Costed, 'seconds' | 'epochsRun'> | undefined {
  return cost && { seconds: cost.seconds, epochsRun: cost.epochsRun }
}

function pausedLine(
  trial: PausedTrial,
  incumbent: boolean,
  { objective }: Pick<StudySpec, 'objective'> = {},
): string {
  return `trial ${String(trial.number).padEnd(3)} ${objective ? `${OBJECTIVE_WORDS[objective]} ` : ''}${format.loss(trial.objective)} at epoch ${trial.bestEpoch} of ${trial.epochsRun}  ${colors.dim('paused'.padEnd(16))}  ${colors.dim(params(trial.params))}${incumbent ? STAR : ''}`
}

function finishedLine(
  trial: FinishedTrial,
  incumbent: boolean,
  { objective, scoreEpoch }: Pick<StudySpec, 'objective' | 'scoreEpoch'> = {},
): string {
  const head = `trial ${String(trial.number).padEnd(3)}`
  const role =
    trial.rationale?.method === DEFAULTS_METHOD
      ? ' (the defaults)'
      : trial.repeatOf === undefined
        ? ''
        : ` (repeats trial ${trial.repeatOf})`
  const what = colors.dim(`${params(trial.params)}${role}`)
  switch (trial.state) {
    case 'complete':
      return `${head} ${objective ? `${OBJECTIVE_WORDS[objective]} ` : ''}${format.loss(trial.objective)} ${scoreEpoch === 'last' ? 'at its last epoch,' : 'at epoch'} ${trial.bestEpoch} of ${trial.epochsRun}  ${verdictWord(trial.verdict.kind)}  ${what}${incumbent ? STAR : ''}`
    case 'pruned':
      return `${head} ${colors.yellow('pruned')}  ${trial.prune.reason}  ${what}`
    case 'failed':
      return `${head} ${colors.red(trial.failure.kind)}  ${trial.failure.message}  ${what}`
  }
}

const PAINT: Readonly<Record<VerdictKind, (text: string) => string>> = {
  'too-early': colors.dim,
  'still-improving': colors.green,
  plateau: colors.blue,
  overfit: colors.magenta,
  diverged: colors.red,
}

export function verdictWord(kind: VerdictKind, language: Language = 'en'): string {
  return PAINT[kind](VERDICT_WORDS[language][kind].label.padEnd(16))
}

function answer(prompt: string, text: string | null): string {
  return `  ${colors.bold(prompt)}\n    ${colors.dim((text ?? '–').replaceAll('\n', '\n    '))}`
}

export function title(word: string): string {
  return colors.bold(colors.cyan(word.padEnd(8)))
}

function params(values: Params): string {
  return Object.entries(values)
    .map(([name, value]) => `${format.paramName(name)} ${format.paramValue(value)}`)
    .join(', ')
}
