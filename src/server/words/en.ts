import { reportWords } from '../../report/index.js'
import { verdictLabels } from './verdicts.js'
import type { PageWords } from './words.js'

const words = reportWords('en')

export const english: PageWords = {
  layout: {
    skip: 'Skip to the content',
    here: 'You are here',
    studies: 'Studies',
    connecting: 'connecting',
    other: { language: 'zh', name: '中文' },
  },
  client: {
    live: 'live',
    lost: 'reconnecting',
    paused: 'paused',
    gone: 'deleted',
    trial: 'Trial {}',
    trialAxis: 'trial',
    epoch: 'Epoch {}',
    epochAxis: 'epoch',
    lossAxis: 'loss, nats per token',
    validationLoss: 'validation loss',
    validationOfTrial: 'Trial {} validation',
    trainingOfTrial: 'Trial {} training',
    bestEpoch: '{} (the epoch that counts)',
    bestSoFar: 'Best so far: {}',
    logScale: '{}, log scale',
    chooseTrials: 'Click rows in the leaderboard to choose trials.',
    verdicts: verdictLabels(words),
  },
  hero: {
    bestLoss: 'Best validation loss',
    bestAt: (trial, epoch, last) => `trial ${trial}, ${last ? 'last epoch' : 'epoch'} ${epoch}`,
    noneYet: 'none yet',
    beforeFineTuning: value => `before fine-tuning: ${value}`,
    improvement: 'Improvement',
    improvementMeaning:
      'Validation loss of the best trial less that before fine-tuning, in nats per token.',
    overDefaults: 'Improvement over the defaults',
    defaults: (trial, value) => `trial ${trial}: ${value}`,
    overDefaultsMeaning: 'The best trial against the trial with the training’s default settings.',
    time: 'Time',
    atOnce: slots => `${words.count(slots, 'trial')} at a time`,
    timeMeaning: 'How long the study has run, over all its sessions.',
    trialsFinished: 'Finished trials',
    epochsUsed: 'Used epochs',
  },
  answers: {
    title: 'Before and after',
    intro: 'The same questions, answered before fine-tuning and by the exported model.',
    questions: 'The model answers these questions before the search and after the export:',
    notYet: 'Not answered yet.',
    pending: 'Available after the export of the best model.',
    noExport: 'There is no exported model to answer.',
    empty: 'The answer is empty.',
  },
  board: {
    hint: 'Click a row to see its learning curves, a heading to sort.',
    none: 'No trial has started yet.',
    more: 'More',
    moreAbout: trial => `More about trial ${trial}`,
    outcome: 'Outcome',
    lastOutput: 'Last output',
    verdict: 'Verdict',
    rationale: 'Rationale',
    rationaleTo: epoch => `Rationale for epochs up to ${epoch}`,
    prediction: 'Prediction',
    trainingRun: 'Training run',
    sharedRun: (epochs, leader) =>
      `Shared: its epochs are the first ${epochs ?? ''} of trial ${leader}`,
    device: 'Device',
    attempt: attempt => `attempt ${attempt}`,
  },
  charts: {
    curves: 'Learning curves',
    bestThree: 'Show the best three',
    validation: 'validation',
    training: 'training',
    bestEpoch: 'best epoch',
    lastEpoch: 'last epoch, which counts',
    curvesEmpty: 'The curves appear after the first epoch.',
    bestSoFar: 'Best so far',
    lowest: 'lowest validation loss',
    oneTrial: 'one trial',
    bestEmpty: 'The first point appears after the first complete trial.',
    bySetting: 'Validation loss by setting',
    axis: 'setting',
    scatterEmpty: 'The chart appears after two trials with different settings.',
    newBest: text => `${text}, a new best`,
    at: (trial, loss, setting, value) => `${trial}: ${loss} at ${setting} ${value}`,
    point: (trial, loss) => `${trial}: ${loss}`,
  },
  facts: {
    exportedModel: 'Exported model',
    exportedFiles: 'Exported files',
    exportLater: 'The study exports the best model at its end. Export one by hand:',
    noModel: 'There is no model to export yet. Export one later by hand:',
    files: (epoch, trial) => `Files that epoch ${epoch} of trial ${trial} saved:`,
    filesVerified: 'Verified: the files equal those of the training, byte for byte.',
    folder: (epoch, trial) => `Epoch ${epoch} of trial ${trial}, as a Hugging Face folder:`,
    verified: loss =>
      `Verified: reloaded from disk, the model has a validation loss of ${loss}, as recorded.`,
    notVerified: (measured, recorded) =>
      `Not verified: the reloaded model has a validation loss of ${measured}; the trial ` +
      `recorded ${recorded}.`,
    chat: 'Chat with it:',
    source: 'Model, data, search',
    search: 'Search',
    searchText: ({ sampler, seed, earlyStopping, pruner, minGainPerEpoch }) =>
      [
        sampler,
        `seed ${seed}`,
        earlyStopping === 'verdict' && 'early stopping of trials that overfit',
        earlyStopping !== 'verdict' &&
          earlyStopping !== 'off' &&
          `early stopping by ${earlyStopping}`,
        pruner !== undefined && `pruning by ${pruner}`,
        minGainPerEpoch !== undefined && `ends if no epoch is expected to gain ${minGainPerEpoch}`,
      ]
        .filter(part => part !== false)
        .join(', '),
    range: (low, high, log) => `${low} to ${high}${log ? ', log scale' : ''}`,
    architecture: ({ name, parameters, layers, width, vocabulary }) =>
      `${name}, ${parameters} parameters: ${layers} layers of width ${width}, vocabulary ` +
      `${vocabulary}`,
    split: ({ format, examples, train, validation, test }) =>
      `${format}: ${words.count(examples, 'example')}: train split ${train}, validation ` +
      `split ${validation}, ${test === null ? 'no test split' : `test split ${test}`}`,
    tokens: ({ answers, duplicates, truncated, skipped }) =>
      `${words.count(answers, 'token')} of answers; ` +
      `${words.count(duplicates, 'duplicate')}, ${truncated} truncated, ${skipped} skipped`,
    engine: 'Engine',
    remarks: lines => `${lines} ${lines === 1 ? 'remark' : 'remarks'} on how the data are used`,
    skipped: records => `${words.count(records, 'record')} of the data skipped`,
    place: (file, line) => (file === undefined ? `Line ${line}` : `${file} line ${line}`),
    more: count => `and ${count} more`,
  },
  reliability: {
    interval: (low, high) => `95% interval ${low} to ${high}`,
    probability: percent => `probability of being the best ${percent}`,
  },
  overfitted: {
    epoch: (best, run, last) =>
      last ? `scored by its last epoch, ${best}` : `best epoch ${best} of ${run}`,
    count: (trials, last) =>
      `${words.count(trials, 'trial')} overfitted. ${
        last
          ? 'Each counts by its last epoch all the same, because the study scores that one.'
          : 'Each counts by its best epoch, which an export takes too.'
      }`,
  },
  legend: 'Terms',
  studies: {
    title: 'Studies',
    intro:
      'A study searches for the best fine-tuning of a model: each of its trials trains ' +
      'with other settings.',
    none: 'No studies yet',
    howTo: 'Create a study and run it. It then appears here by itself:',
    example: 'Or see a complete example:',
    damaged: 'damaged',
    notRun: ['Not run yet. ', ' starts it.'],
    bestLoss: 'Best validation loss',
    before: 'Before fine-tuning',
    search: 'Search',
    newStudy: 'This study has not run yet. Start it, and this page fills by itself:',
  },
  problem: {
    notFound: 'Not found',
    noPage: 'There is nothing at this address.',
    token:
      'This page needs a token. Open the link that tune printed when it started; a program ' +
      'sends the header Authorization: Bearer with the token of TUNE_TOKEN.',
    noStudy: [
      'There is no study called ',
      ' here. It may have been deleted, or it may be in another folder.',
    ],
    cannotShow: 'This study cannot be shown',
    bug: 'A bug in tune prevented this page. The terminal that runs tune has the details.',
    allStudies: 'All studies',
  },
}
