import { AUTO_TEST, type Unit } from '../../record/study.js'
import type { Checkpoint, Evidence } from '../../record/verdict.js'
import { count, nats } from './number.js'
import { TRAINING_LOSS_CHANGE, UNIT } from './unit.js'
import type { OverfitWords } from './words.js'

export const english: OverfitWords = {
  reasons: {
    'too-few-epochs': ({ epochs, needed }) =>
      `a verdict needs ${epochCount(needed)}; ${epochs} ${epochs === 1 ? 'has' : 'have'} run`,
    'not-finite': ({ epoch, checkpoint }, best) =>
      `the loss of epoch ${epoch} is not a finite number; ${bestEpoch(best, checkpoint)}`,
    'above-start': ({ loss, epoch, start, trainChange, checkpoint }, best) => {
      const training = trainChange === null ? '' : ', and training loss has not fallen either'
      return (
        `validation loss is ${nats(loss)} after epoch ${epoch}, above the ` +
        `${nats(start)} at the start${training}; ${bestEpoch(best, checkpoint)}`
      )
    },
    rose: ({ rise, from, to, trainChange, expected, checkpoint }, best, unit) => {
      const outlook =
        expected !== null && expected > 1.2 * rise
          ? `, and is expected to end ${nats(expected)} above its minimum`
          : ''
      return (
        `validation loss rose ${amount(rise, unit)} over epochs ` +
        `${from}–${to}${trainingLoss(trainChange)}${outlook}; ` +
        `${bestEpoch(best, checkpoint)}`
      )
    },
    memorised: ({ from, best: loss, since, train, checkpoint }, best) =>
      `validation loss has not improved on the ${nats(loss)} of epoch ${from} (mean ` +
      `since then: ${nats(since)}) while training loss fell to ${nats(train)}: the ` +
      `model memorizes the training examples; ${bestEpoch(best, checkpoint)}`,
    flat: ({ from, to, change, outlook, checkpoint }, best, unit) =>
      `validation loss changed by only ${amount(Math.abs(change), unit)} over epochs ` +
      `${from}–${to}${furtherFall(outlook)}; ${bestEpoch(best, checkpoint)}`,
    'will-fall': ({ from, to, rise, outlook, checkpoint }, best, unit) => {
      const further = outlook
        ? `, but ${remaining(outlook.epochsLeft)} may still lower its minimum by ` +
          `${nats(outlook.gain)}`
        : ', and ended near its minimum'
      return (
        `validation loss rose ${amount(rise, unit)} over epochs ` +
        `${from}–${to}${further}; ${bestEpoch(best, checkpoint)}`
      )
    },
    falling: ({ from, to, fall, outlook, checkpoint }, best, unit) => {
      const further = outlook ? furtherFall(outlook) : ' and was still falling at the last epoch'
      return (
        `validation loss fell ${amount(fall, unit)} over epochs ${from}–${to}${further}; ` +
        bestEpoch(best, checkpoint)
      )
    },
  },

  advice: {
    'more-data': ({ trainLoss, valLoss, examples, parameters }) => ({
      advice: 'Collect more training examples',
      ground:
        `training loss is ${nats(trainLoss)} where validation loss is ` +
        `${nats(valLoss)}: the model fits its ${count(examples)} training examples ` +
        'better than new ' +
        `ones${parameters === null ? '' : `, with ${count(parameters)} trainable parameters`}`,
    }),
    'fewer-epochs': ({ bestEpoch: epoch, epochsRun, overfitted, trials }) => ({
      advice: `Train for fewer epochs, about ${epoch}`,
      ground:
        `the best epoch of the best trial is ${epoch} of ${epochsRun}, and ` +
        `${overfitted} of ${trials} trials overfitted`,
    }),
    'smaller-learning-rate': advice => ({
      advice: 'Try lower learning rates',
      ground:
        advice.because === 'diverged'
          ? `${advice.diverged} of ${advice.trials} trials diverged`
          : `the first of ${advice.epochsRun} epochs is the best: validation loss rises ` +
            'after a single pass over the data',
    }),
    'more-regularization': ({ examplesPerParameter, gap }) => ({
      advice: 'Try more dropout or weight decay, or train fewer parameters (LoRA)',
      ground:
        'there is one training example for ' +
        `${count(Math.round(1 / examplesPerParameter))} trainable parameters, and ` +
        `validation loss is ${nats(gap)} ${UNIT.nats} above training loss`,
    }),
    'more-epochs': ({ epochsRun }) => ({
      advice: 'Allow more epochs',
      ground: `the best trial was still improving after its ${epochCount(epochsRun)}`,
    }),
    'larger-validation-set': ({ examples, loss, low, high }) => ({
      advice: 'Increase the validation split',
      ground:
        `${examples} validation examples are few: the best validation loss is ` +
        `${nats(loss)}, its 95% interval ${nats(low)} to ${nats(high)}`,
    }),
    'doubt-the-ranking': ({ first, tied, trials, selectionBias }) => ({
      advice:
        `Do not rely on the order at the top: trial ${first} is not distinguishable ` +
        `from ${trialList(tied)}`,
      ground:
        'the differences between their losses are not significant, and the best of ' +
        `${trials} trials has a selection bias of about ${nats(selectionBias)} ${UNIT.nats}`,
    }),
    'remove-duplicates': ({ duplicates, examples }) => ({
      advice: 'Remove duplicates from the data',
      ground:
        `${duplicates} of ${examples} examples repeat another one: they add no ` +
        'information and make overfitting more likely',
    }),
  },

  ranking: {
    none: 'no trial is complete',
    significant: first => `trial ${first} is first by a significant margin`,
    tied: (first, tied) =>
      `trial ${first} is first, but not distinguishable from ${trialList(tied)}`,
    colon: ': ',
  },

  retraining: {
    summary: ({ number, seeds, mean, search, order }) =>
      `retrained with ${seeds === 1 ? 'another seed' : `${seeds} other seeds`}, ` +
      `trial ${number} has a mean of ${mean}; the search measured ` +
      `${search}${order === null ? '' : `; by these means ${order}`}`,
  },

  test: {
    pending: examples =>
      'the test split holds ' +
      `${examples === 1 ? '1 example' : `${count(examples)} examples`} that neither ` +
      'training nor the search uses; the finalists are measured on it after the ' +
      'search',
    absent: cause =>
      `there is no test split, so the winner's loss on new examples is an estimate: ${
        cause === 'few'
          ? `the data have fewer than ${AUTO_TEST.least} different records`
          : 'the study requests none (test in study.yaml)'
      }`,
    winner: ({ examples, number, objective, test, validation, difference, comparison }) => {
      const chosenBy = objective === undefined ? 'its validation loss' : "the study's objective"
      const outcome = {
        same: `the difference, ${difference}, is not significant`,
        above: `test loss is ${difference} higher`,
        below: `test loss is ${difference} lower, so the test examples are easier`,
      }[comparison]
      return (
        'on the test split ' +
        `(${examples === 1 ? '1 example' : `${count(examples)} examples`} that neither ` +
        `training nor the search uses), trial ${number}, chosen by ${chosenBy}, has a ` +
        `loss of ${test}; its validation loss is ${validation}: ${outcome}`
      )
    },
    order: (ranking, winner) =>
      winner === null
        ? `by test loss ${ranking}`
        : `by test loss ${ranking}; trial ${winner} remains the winner, because a choice ` +
          'by test loss would make the test split a second validation split',
  },
}

function amount(loss: number, unit: Unit): string {
  return unit === null ? nats(loss) : `${nats(loss)} ${UNIT[unit]}`
}

function epochCount(epochs: number): string {
  return epochs === 1 ? '1 epoch' : `${epochs} epochs`
}

function remaining(epochs: number): string {
  return epochs === 1 ? 'the remaining epoch' : `the remaining ${epochs} epochs`
}

function furtherFall(outlook: Evidence['outlook']): string {
  if (!outlook) return ''
  const { epochsLeft, gain } = outlook
  return (
    `, and ${remaining(epochsLeft)} ${epochsLeft === 1 ? 'is' : 'are'} expected to ` +
    `lower it by another ${nats(gain)}`
  )
}

function trainingLoss(change: number | null): string {
  if (change === null) return ''
  if (Math.abs(change) < TRAINING_LOSS_CHANGE) return ' while training loss stayed the same'
  return change < 0 ? ' while training loss kept falling' : ', and training loss rose too'
}

/** Names the epoch with the lowest measured loss as well, if smoothing chose another. */
function bestEpoch(epoch: number, checkpoint: Checkpoint | undefined): string {
  if (!checkpoint || checkpoint.lowest.epoch === checkpoint.epoch) return `best epoch ${epoch}`
  const { loss, error, lowest } = checkpoint
  return (
    `best epoch ${epoch}, smoothed ${nats(loss)} ± ${nats(error)} (lowest ` +
    `measured: ${nats(lowest.loss)} at epoch ${lowest.epoch})`
  )
}

function trialList(numbers: readonly number[]): string {
  if (numbers.length === 1) return `trial ${numbers[0]}`
  if (numbers.length > 4)
    return `${numbers.length} other trials (${numbers.slice(0, 3).join(', ')}, …)`
  return `trials ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`
}
