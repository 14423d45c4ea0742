import { Command } from 'commander'
import colors from 'picocolors'
import { UserError } from '../../errors.js'
import { FetchBar } from '../fetch-bar.js'
import { dataReportShort } from '../../report/index.js'
import { createStudy, DEFAULTS, SEARCHES, type CreateRequest } from '../../study/index.js'
import {
  collect,
  jsonOption,
  list,
  printJson,
  studiesOption,
  testFrom,
  whole,
  type Common,
} from '../options.js'
import { columnsFrom } from './data.js'
import { choiceOf } from '../../study/definition/own-parameter.js'
import { askForStudy } from '../prompts.js'

interface Flags extends Common {
  readonly model?: string
  readonly data?: string
  readonly columns?: Readonly<Record<string, string>>
  readonly probe?: string[]
  readonly sampler?: string
  readonly trials?: number
  readonly learningRate?: string
  readonly batchSize?: string
  readonly epochs?: string
  readonly weightDecay?: string
  readonly schedule?: string
  readonly method?: string
  readonly loraRank?: string
  readonly loraAlpha?: string
  readonly loraDropout?: string
  readonly optimizer?: string
  readonly dropout?: string
  readonly labelSmoothing?: string
  readonly warmupRatio?: string
  readonly evaluateEvery?: number
  readonly objective?: string
  readonly warmupSteps?: number
  readonly maxLength?: number
  readonly validation?: number
  readonly test?: number | string
  readonly finalists?: number
  readonly retrain?: number
  readonly scoreEpoch?: string
  readonly objectives?: readonly string[]
  readonly default?: string[]
  readonly repeats?: number
  readonly warmStart?: string[]
  readonly slots?: number
  readonly seed?: number
  readonly earlyStopping?: string
  readonly pruner?: string
  readonly minGainPerEpoch?: number
  readonly pausable?: boolean
  readonly module?: string
  readonly command?: string
  readonly directory?: string
  readonly param?: string[]
}

export function studyCreateCommand(): Command {
  return new Command('create')
    .description(
      'check a model, a data set and what to search over, and write studies/NAME/study.yaml',
    )
    .argument('[name]', 'letters, digits, dots, dashes and underscores')
    .option(
      '--model <dir>',
      'the model to fine-tune: a folder in Hugging Face layout, hf:org/name or modelscope:org/name',
    )
    .option(
      '--data <file>',
      'what to fine-tune it on: a file, a folder or a pattern of JSON, JSONL, CSV, XML, Parquet or text',
    )
    .option(
      '--columns <list>',
      'which column of the data holds what, such as prompt=question,answer=reply (default: guessed by name)',
      columnsFrom,
    )
    .option('--probe <text>', 'a question to ask before and after; may be repeated', collect)
    .option(
      '--module <file>',
      'instead of a model: a training of your own, a file that exports train(trial)',
    )
    .option(
      '--command <line>',
      'instead of a model: a training of your own, any program; {name} is a parameter',
    )
    .option('--directory <dir>', 'where the command runs (default: here)')
    .option(
      '--param <name=range>',
      'what to search in a training of your own; may be repeated',
      collect,
    )
    .option('--sampler <name>', `${SEARCHES.join(', ')} (default: ${DEFAULTS.sampler})`)
    .option(
      '--trials <n>',
      `configurations to try (default: ${DEFAULTS.trials}; a grid: all)`,
      whole(1),
    )
    .option('--learning-rate <range>', `a range or a list (default: ${DEFAULTS.learningRate})`)
    .option('--batch-size <range>', `a range or a list (default: ${DEFAULTS.batchSize})`)
    .option('--epochs <range>', `a range or a list (default: ${DEFAULTS.epochs})`)
    .option('--weight-decay <range>', 'search weight decay too')
    .option(
      '--method <name>',
      'full trains all weights, lora a small adapter beside them (default: full)',
    )
    .option(
      '--lora-rank <range>',
      `search the rank of adapters too (default: ${DEFAULTS.lora.rank})`,
    )
    .option(
      '--lora-alpha <range>',
      `search the scale of adapters too (default: ${DEFAULTS.lora.alpha})`,
    )
    .option('--lora-dropout <range>', 'search the dropout of adapters too')
    .option(
      '--optimizer <list>',
      'search among adamw, adam, sgd, lion and adafactor (default: adamw)',
    )
    .option('--dropout <range>', 'search dropout too')
    .option('--label-smoothing <range>', 'search label smoothing too')
    .option('--warmup-ratio <range>', 'search warm-up as a share of the steps')
    .option(
      '--evaluate-every <share>',
      'measure the model after each such share of an epoch, not at its end alone',
      Number,
    )
    .option(
      '--objective <name>',
      'what trials are compared by: valLoss, perplexity, tokenAccuracy, exactMatch, contains or rougeL (default: valLoss)',
    )
    .option(
      '--objectives <list>',
      'two things to weigh against each other, such as valLoss,seconds; trials are ranked by the first',
      list,
    )
    .option(
      '--default <name=value>',
      'what you train with today: trial 0, so that gains are told over it; may be repeated',
      collect,
    )
    .option(
      '--repeats <n>',
      'train each configuration so many times, under other seeds, and rank by the mean (default: 1)',
      whole(1),
    )
    .option('--warm-start <study>', 'learn from an earlier study; may be repeated', collect)
    .option('--schedule <name>', `constant, linear, cosine or wsd (default: ${DEFAULTS.schedule})`)
    .option(
      '--warmup-steps <n>',
      `steps over which the learning rate climbs (default: ${DEFAULTS.warmupSteps})`,
      whole(0),
    )
    .option(
      '--max-length <n>',
      `tokens an example may have (default: ${DEFAULTS.maxLength})`,
      whole(8),
    )
    .option(
      '--validation <share>',
      `share of the examples held back (default: ${DEFAULTS.validation})`,
      Number,
    )
    .option(
      '--test <share>',
      'share of the examples that neither training nor search sees, auto, 0 for none, or a file of them (default: auto)',
      testFrom,
    )
    .option(
      '--finalists <n>',
      'how many of the first trials are measured on them (default: 3)',
      whole(1),
    )
    .option(
      '--retrain <n>',
      'train each of them so many times more after the search, under other seeds (default: 0)',
      whole(0),
    )
    .option('--score-epoch <which>', 'score a trial by its best epoch or its last (default: best)')
    .option('--slots <n>', `trials side by side (default: ${DEFAULTS.slots})`, whole(1))
    .option(
      '--seed <n>',
      `the same seed asks for the same trials (default: ${DEFAULTS.seed})`,
      whole(0),
    )
    .option(
      '--early-stopping <rule>',
      'when a trial ends early: verdict, off, or a classic rule: patience(5), GL(5), PQ(0.5), UP(2), keras(3), optuna(5) (default: verdict)',
    )
    .option(
      '--pruner <name>',
      'give up trials that lag behind others: median, percentile(25), asha or hyperband',
    )
    .option(
      '--min-gain-per-epoch <gain>',
      'end the study when no epoch is expected to gain so much; of an epoch-aware search',
      Number,
    )
    .option(
      '--pausable',
      'a training of your own that goes on from what it saved: its trials may be paused',
    )
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nA range is written low..high, a list a,b,c.\n\nExamples:\n  $ tune study create                                  asks, one question at a time\n  $ tune study create answers --model ./my-model --data answers.jsonl --probe "Who are you?"\n  $ tune study create small --model hf:HuggingFaceTB/SmolLM2-135M-Instruct --data answers.jsonl\n  $ tune study create sweep --model ./my-model --data answers.jsonl --sampler grid --learning-rate 1e-4,1e-3 --batch-size 4,8 --epochs 2,4,8\n  $ tune study create mine --module ./train.mjs --param learningRate=1e-4..1e-1 --param width=16..256 --epochs 20\n  $ tune study create theirs --command "python train.py --lr {learningRate}" --learning-rate 1e-6..1e-4 --epochs 3',
    )
    .action(async (name: string | undefined, flags: Flags) => {
      const asked = await askForStudy(name, flags)
      const fetching = new FetchBar()
      const created = await createStudy({
        ...(asked ?? requestOf(name, flags)),
        onFetch: fetching.onFetch,
      }).finally(fetching.close)
      if (flags.json)
        return printJson({
          name: created.spec.name,
          dir: created.dir,
          file: created.file,
          spec: created.spec,
        })
      console.log(`${colors.green('made')} ${created.file}`)
      if (created.data) for (const line of dataReportShort(created.data)) console.log(`  ${line}`)
      console.log(`Run it with: ${colors.bold(`tune study run ${created.spec.name}`)}`)
    })
}

function requestOf(name: string | undefined, flags: Flags): CreateRequest {
  if (flags.module !== undefined || flags.command !== undefined) return ownRequestOf(name, flags)
  if (flags.param)
    throw new UserError(
      '--param',
      'is for a training of your own',
      'Give --module or --command, or search learning rate, batch size and epochs with their own flags',
    )
  const {
    learningRate,
    batchSize,
    epochs,
    weightDecay,
    loraRank,
    loraAlpha,
    loraDropout,
    optimizer,
    dropout,
    labelSmoothing,
    warmupRatio,
  } = flags
  const space = {
    learningRate,
    batchSize,
    epochs,
    weightDecay,
    loraRank,
    loraAlpha,
    loraDropout,
    optimizer,
    dropout,
    labelSmoothing,
    warmupRatio,
  }
  const training = {
    schedule: flags.schedule,
    warmupSteps: flags.warmupSteps,
    maxLength: flags.maxLength,
    method: flags.method,
    evaluateEvery: flags.evaluateEvery,
  }
  const {
    model,
    data,
    columns,
    probe: probes,
    sampler,
    trials,
    slots,
    seed,
    validation,
    test,
    finalists,
    retrain,
    scoreEpoch,
    objective,
    objectives,
    repeats,
    warmStart,
    pruner,
    minGainPerEpoch,
  } = flags
  // What was not said must be absent, not undefined: the definition fills in its own defaults.
  return {
    name: name ?? '',
    studies: flags.studies,
    locate: flagOf,
    ...said({
      model,
      data,
      columns,
      probes,
      sampler,
      trials,
      slots,
      seed,
      validation,
      test,
      finalists,
      retrain,
      scoreEpoch,
      objective,
      objectives,
      repeats,
      warmStart,
      pruner,
      minGainPerEpoch,
      defaults: defaultsOf(flags),
    }),
    space: said(space),
    training: said(training),
    ...said({ earlyStopping: flags.earlyStopping }),
  } as CreateRequest
}

/** The flags of a fine-tuning's parameters name parameters here too. */
function ownRequestOf(name: string | undefined, flags: Flags): CreateRequest {
  const {
    module,
    command,
    directory,
    model,
    sampler,
    trials,
    slots,
    seed,
    retrain,
    scoreEpoch,
    schedule,
    objectives,
    repeats,
    warmStart,
    pruner,
    minGainPerEpoch,
    pausable,
  } = flags
  const unfit = (
    ['data', 'probe', 'warmupSteps', 'maxLength', 'validation', 'test', 'finalists'] as const
  ).find(key => flags[key] !== undefined)
  if (unfit)
    throw new UserError(
      flagOf([unfit]),
      'means nothing to a training of your own',
      'Leave it out; pass it to your program as you would without tune',
    )
  const named = said({
    learningRate: flags.learningRate,
    batchSize: flags.batchSize,
    epochs: flags.epochs,
    weightDecay: flags.weightDecay,
  })
  return {
    name: name ?? '',
    studies: flags.studies,
    locate: path =>
      path[0] === 'parameters' &&
      !(String(path[1]) in { learningRate: 0, batchSize: 0, epochs: 0, weightDecay: 0 })
        ? `--param ${String(path[1])}`
        : flagOf(path),
    ...said({
      module,
      command,
      directory,
      model,
      sampler,
      trials,
      slots,
      seed,
      retrain,
      scoreEpoch,
      schedule,
      objectives,
      repeats,
      warmStart,
      pruner,
      minGainPerEpoch,
      pausable,
      defaults: defaultsOf(flags),
    }),
    parameters: {
      ...named,
      ...Object.fromEntries((flags.param ?? []).map(text => assignment(text))),
    },
    ...said({ earlyStopping: flags.earlyStopping }),
  } as CreateRequest
}

function defaultsOf({ default: given }: Flags): Record<string, unknown> | undefined {
  return (
    given &&
    Object.fromEntries(
      given
        .map(text => assignment(text, '--default', 'learningRate=5e-5'))
        .map(([name, value]) => [name, choiceOf(value)]),
    )
  )
}

function assignment(
  text: string,
  flag = '--param',
  example = 'width=16..256, or activation=relu,gelu',
): [string, string] {
  const [, name, range] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (name === undefined || range === undefined)
    throw new UserError(
      `${flag} ${text}`,
      `is not name=${flag === '--param' ? 'range' : 'value'}`,
      `Write it as ${example}`,
    )
  return [name.trim(), range.trim()]
}

function said<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}

/** `space.learningRate` → `--learning-rate`. */
function flagOf(path: readonly PropertyKey[]): string {
  const name = String(
    path[0] === 'space' || path[0] === 'parameters' || path[0] === 'training'
      ? (path[1] ?? path[0])
      : path[0],
  )
  if (path[0] === 'defaults' && path.length > 1) return `--default ${String(path[1])}`
  return `--${(name === 'probes' ? 'probe' : name === 'defaults' ? 'default' : name).replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}
