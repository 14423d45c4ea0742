import type { ReportWords } from './words.js'

export const english: ReportWords = {
  language: 'en',
  fullStop: '.',
  space: ' ',
  colon: ': ',
  verdicts: {
    'still-improving': {
      label: 'still improving',
      meaning:
        'Validation loss was still falling when training ended. More epochs would probably help.',
    },
    plateau: {
      label: 'plateau',
      meaning: 'Validation loss has leveled off. More epochs would change little.',
    },
    overfit: {
      label: 'overfit',
      meaning:
        'Validation loss rose again while training loss kept falling: the model began to ' +
        'memorize the training examples. The best epoch lies before the rise.',
    },
    diverged: {
      label: 'diverged',
      meaning:
        'Training failed: the loss grew or became NaN. The usual cause is a learning rate ' +
        'that is too high.',
    },
    'too-early': {
      label: 'too early',
      meaning: 'Too few epochs have run for a verdict.',
    },
  },
  trialStates: {
    waiting: 'waiting',
    running: 'running',
    paused: 'paused',
    complete: 'complete',
    pruned: 'pruned',
    failed: 'failed',
  },
  studyStates: {
    created: 'not started',
    running: 'running',
    interrupted: 'interrupted',
    stopped: 'stopped',
    complete: 'complete',
    failed: 'failed',
  },
  failures: {
    diverged: 'diverged',
    'out-of-memory': 'out of memory',
    crashed: 'crashed',
    invalid: 'invalid',
  },
  measures: {
    valLoss: 'validation loss',
    perplexity: 'perplexity',
    tokenAccuracy: 'token accuracy',
    exactMatch: 'exact match',
    contains: 'contains',
    rougeL: 'ROUGE-L',
    seconds: 'seconds of training',
  },
  meanings: {
    validationLoss:
      'Validation loss is measured on the validation split, which training never uses, in ' +
      'nats per token of the answers. Lower is better.',
    ownLoss: 'Validation loss is what the training reports after each epoch. Lower is better.',
    perplexity:
      'Perplexity is exp(validation loss). A model with perplexity 3 is as uncertain as a ' +
      'uniform choice among 3 tokens. Lower is better; 1 is certainty.',
  },
  values: { yes: 'yes', no: 'no' },
  estimate: { fewSeconds: 'a few seconds', about: duration => `about ${duration}` },
  exported: {
    verified: 'verified: reloaded from disk, the model has the recorded validation loss',
    notVerified: 'not verified',
    files: 'verified: the files equal those of the training, byte for byte',
  },
  sections: {
    leaderboard: 'Leaderboard',
    reliability: 'Reliability',
    finalists: 'Finalists on the test split, ± one standard error',
    retrained: 'Retrained with other seeds',
    overfitted: 'Overfitted trials',
    answers: 'Answers',
    question: 'Question',
    before: 'Before',
    after: 'After',
    exportedModel: 'Exported model',
    export: 'Export',
    finalistsHeader: [
      'Trial',
      'Rank by test loss',
      '95% interval of the rank',
      'Test loss',
      'Validation loss',
      'Test − validation',
    ],
    retrainedHeader: [
      'Trial',
      'In the search',
      'Other seeds, mean ± standard deviation',
      'Seeds',
      'Failed',
    ],
    reliabilityPending: 'Available after the first complete trial.',
    noneOverfitted: 'No trial overfitted.',
    noneFinished: 'No trial has finished yet.',
    hiddenColumns: labels => `Columns hidden on a narrow terminal: ${labels.join(', ')}.`,
  },
  columns: {
    heads: {
      rank: { label: 'Rank', meaning: null },
      trial: { label: 'Trial', meaning: null },
      front: {
        label: 'Front',
        meaning:
          'On the Pareto front: no other trial is better in one objective without being ' +
          'worse in the other.',
      },
      mean: {
        label: 'Mean of repeats',
        meaning:
          'Over the seeds of the configuration: mean, standard deviation, number of ' +
          'complete trials.',
      },
      rankValue: {
        label: 'Ranked by',
        meaning:
          'The value that ranks the trial: raw, smoothed if its curve is noisy, or estimated by ' +
          'the search’s model for the first trials of a finished study.',
      },
      bestEpoch: {
        label: 'Best epoch / run',
        meaning: 'The epoch that the trial counts by, and how many epochs ran.',
      },
      lastEpoch: {
        label: 'Scored epoch / run',
        meaning: 'The last epoch, which the study scores its trials by, and how many epochs ran.',
      },
      verdict: { label: 'Verdict', meaning: 'The judgement on the trial’s own loss curves.' },
      seconds: { label: 'Duration', meaning: 'Time of training and validation.' },
      state: { label: 'State', meaning: null },
    },
    objective: 'The trials are ranked by this value.',
    secondObjective: 'The second objective.',
    bestByObjective: 'The best epoch by the study’s objective, and how many epochs ran.',
  },
  status: {
    progress: ({ finished, total, epochs }) =>
      epochs
        ? `${english.count(total, 'trial')} started, ${epochs.spent} of ` +
          `${english.count(epochs.budget, 'epoch')} used`
        : `${finished} of ${english.count(total, 'trial')}`,
    created: study => `Not started yet. “tune study run ${study}” starts it.`,
    interrupted: (progress, study) =>
      `Interrupted after ${progress}. “tune study run ${study}” resumes it.`,
    running: (progress, timeLeft) =>
      `${english.status.progress(progress)}${progress.epochs ? '' : ' finished'}, ` +
      `${progress.running} running${timeLeft === null ? '' : `, ${timeLeft} left`}.`,
    exporting: 'All trials have finished; the export of the best model is running.',
    stopped: (progress, study) =>
      `Stopped after ${progress}. “tune study run ${study}” resumes it.`,
    complete: (amount, duration, reason) =>
      `Complete: ${amount} in ${duration}.${reason === null ? '' : ` It ended because ${reason}.`}`,
    failed: reason => `Failed: ${reason || 'no reason was recorded'}.`,
  },
  result: {
    none: 'The first result appears after the first finished trial.',
    noModel: 'No trial has produced a usable model yet.',
    best: (number, epoch, final, last) =>
      `Trial ${number} is the best${final ? '' : ' so far'}, at ` +
      `${last ? 'its last ' : ''}epoch ${epoch}`,
    validationLoss: (loss, perplexity) =>
      'validation loss ' +
      `${loss}${perplexity === null ? '' : ` nats/token (perplexity ${perplexity})`}`,
    plainLoss: (loss, perplexity) => (perplexity === null ? loss : `${loss} (${perplexity})`),
    improved: (best, after, before) => `${best}: ${after}; before fine-tuning: ${before}.`,
    notImproved: (best, after, before) =>
      `${best}, but it is no improvement: ${after}; before fine-tuning: ${before}.`,
    improvement: (number, amount, objective) =>
      `Improvement over the defaults (trial ${number}): ` +
      `${amount}${objective === null ? '' : ` in ${objective}`}.`,
    defaultsFailed: number =>
      `The defaults (trial ${number}) failed, so the improvement over the defaults is unknown.`,
    defaultsBest: (number, final) =>
      `No trial is better than the defaults (trial ${number})${final ? '' : ' yet'}.`,
    sharing: (trials, epochs, duration) =>
      `${english.count(trials, 'trial')} shared the training run of another trial, which ` +
      `saved ${english.count(epochs, 'epoch')} (${duration}).`,
    calibration: (within, of, deviations) =>
      `${within} of ${of} predicted results ${within === 1 ? 'is' : 'are'} within ` +
      `${deviations} standard deviations of the prediction.`,
    rankedBy: ({ measure, repeats, last, smoothed, estimated }) => {
      const order = repeats
        ? `Ranked by the mean ${measure} of each configuration’s repeats` +
          (last ? ' after their last epochs' : '')
        : `Ranked by the ${measure} of each trial’s ${last ? 'last' : 'best'} epoch`
      const noise = smoothed ? ', smoothed if its curve is noisy' : ''
      const model =
        estimated === 0
          ? ''
          : ` The search’s model ranks the first ${english.count(estimated, 'trial')}.`
      return `${order}${noise}.${model}`
    },
    rankSources: { raw: 'raw', smoothed: 'smoothed', model: 'model' },
    paretoFront: (first, second, study) =>
      `★ marks the Pareto front: no other trial is better in ${first} without being worse ` +
      `in ${second}. The first trial is exported; “tune export ${study} --trial N” exports ` +
      'another.',
  },
  trial: {
    waiting: 'waits for a free slot',
    sharesRun: leader => `shares the training run of trial ${leader}`,
    epochs: (run, planned) =>
      planned === null
        ? english.count(run, 'epoch')
        : `${run} of ${english.count(planned, 'epoch')}`,
    done: (epochs, attempt) => `${epochs} done${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    paused: epochs =>
      `paused after ${epochs}; resumes if it promises more improvement than other trials`,
    ranAll: epochs => `ran all ${epochs}`,
    stoppedEarly: epochs => `stopped early after ${epochs}: more epochs were not worth their cost`,
    byItself: 'the training stopped there by itself',
    ended: (epochs, reason) => `ended after ${epochs}: ${reason}`,
    failure: {
      diverged: ({ message, epoch }) => `training diverged in epoch ${epoch}: ${message}`,
      'out-of-memory': ({ message, device }) => `ran out of memory on ${device}: ${message}`,
      crashed: ({ message }) => `crashed: ${message}`,
      invalid: ({ message }) => `could not run: ${message}`,
    },
    proposed: (sampler, finished, running) => {
      const basis =
        finished === null
          ? 'before any trial had finished'
          : `from the results of trials ${finished}`
      const others = running === null ? '' : `, with ${running} still running`
      return `proposed by ${sampler} search ${basis}${others}`
    },
    predicted: (mean, sd) => `predicted ${mean} ± ${sd}`,
    measured: value => `, measured ${value}`,
    asPredicted: ': as predicted',
    deviation: (deviations, better) => `: ${deviations} sd ${better ? 'better' : 'worse'}`,
    endedEarly: '; ended early',
    failed: '; failed',
    noResult: '; no result yet',
  },
  charts: {
    bestSoFar: ({ trials, from, first, to, winner, steps }) =>
      `Over ${trials} complete ${trials === 1 ? 'trial' : 'trials'} the best validation ` +
      `loss went from ${from} (trial ${first}) to ${to} (trial ${winner}), in ` +
      `${english.count(steps, 'step')}.`,
    curve: ({ number, epochs, loss, epoch, last }) =>
      `Trial ${number}: ${english.count(epochs, 'epoch')}, ` +
      `${last ? 'scored by the validation loss' : 'best validation loss'} ${loss} at ` +
      `${last ? 'its last ' : ''}epoch ${epoch ?? '–'}.`,
    scatter: (best, trials, setting, low, high) =>
      `The best ${best} of ${trials} complete trials have a ${setting} ` +
      `${low === high ? `of ${low}` : `from ${low} to ${high}`}.`,
    front: (front, trials, measure, low, high) =>
      `${english.count(front, 'trial')} of ${trials} ${front === 1 ? 'is' : 'are'} on the ` +
      `Pareto front, with ${measure} from ${low} to ${high}.`,
  },
  trialName: number => `Trial ${number}`,
  count: (value, noun) => `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`,
}
