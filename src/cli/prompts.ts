import { cancel, group, intro, outro, select, text } from '@clack/prompts'
import { UserError } from '../errors.js'
import { DEFAULT_SPACE, DEFAULTS } from '../settings/index.js'
import type { CreateRequest } from '../study/index.js'
import { readParameter } from '../settings/parameter-input.js'
import { checkStudyName } from '../storage/index.js'

/**
 * Asks for a study, one question at a time, each with a default that suits a first-time user.
 *
 * @returns null where flags were given or nobody sits at the terminal: then the flags say it all
 */
export async function askForStudy(
  name: string | undefined,
  flags: {
    readonly model?: string
    readonly data?: string
    readonly module?: string
    readonly command?: string
    readonly studies: string
    readonly json?: boolean
  },
): Promise<CreateRequest | null> {
  if (
    !process.stdin.isTTY ||
    !process.stdout.isTTY ||
    flags.json ||
    [flags.model, flags.data, flags.module, flags.command].some(flag => flag !== undefined)
  )
    return null
  intro(
    'A new study: which learning rate, batch size and number of epochs make the best model ' +
      'of yours?',
  )
  const answers = await group(
    {
      name: () =>
        text({
          message: 'Name of the study (its folder in studies/)',
          initialValue: name ?? '',
          placeholder: 'answers',
          validate: value => refusal(() => checkStudyName(value ?? '')),
        }),
      model: () =>
        text({
          message:
            'Model: a folder in Hugging Face layout (config.json, model.safetensors, ' +
            'tokenizer.json)',
          placeholder: './my-model or hf:org/name',
          validate: required,
        }),
      data: () =>
        text({
          message: 'Data: a JSON or JSONL file of questions and answers, or of chat messages',
          placeholder: 'answers.jsonl',
          validate: required,
        }),
      probe: () =>
        text({
          message:
            'A question to ask the model before and after (empty: none). You will see both ' +
            'answers side by side',
          placeholder: 'Who are you?',
        }),
      learningRate: () =>
        text({
          message:
            'Learning rate, the size of each step: too small learns nothing, too large ' +
            'forgets everything',
          initialValue: DEFAULT_SPACE.learningRate,
          validate: ranged('learningRate'),
        }),
      batchSize: () =>
        text({
          message:
            'Batch size, examples a step: small ones are noisy and thorough, large ones ' +
            'smooth and quick',
          initialValue: DEFAULT_SPACE.batchSize,
          validate: ranged('batchSize'),
        }),
      epochs: () =>
        text({
          message:
            'Epochs, passes over the data: too many and it learns your examples by heart; ' +
            'we watch for that',
          initialValue: DEFAULT_SPACE.epochs,
          validate: ranged('epochs'),
        }),
      sampler: () =>
        select({
          message: 'How to search',
          initialValue: 'auto' as const,
          options: [
            {
              value: 'auto' as const,
              label: 'auto',
              hint: 'chosen by what is searched; the first trial says what and why',
            },
            {
              value: 'bayesian' as const,
              label: 'bayesian',
              hint: 'learns from each trial where to look next; the fewest trials',
            },
            {
              value: 'random' as const,
              label: 'random',
              hint: 'independent draws; nothing to explain',
            },
            { value: 'grid' as const, label: 'grid', hint: 'every combination; the most trials' },
          ],
        }),
      trials: () =>
        text({
          message: 'Trials: how many combinations to try',
          initialValue: String(DEFAULTS.trials),
          validate: value =>
            /^[1-9]\d*$/.test(value ?? '') ? undefined : 'A whole number of at least 1',
        }),
    },
    {
      onCancel: () => {
        cancel('Nothing was written.')
        throw new UserError(
          'study create',
          'was broken off before it was answered',
          'Start it again, or give --model and --data as flags',
        )
      },
    },
  )
  outro('Checking model and data…')
  const { learningRate, batchSize, epochs, probe, trials, ...rest } = answers
  return {
    ...rest,
    studies: flags.studies,
    probes: probe ? [probe] : [],
    trials: Number(trials),
    space: { learningRate, batchSize, epochs },
  }
}

function required(value: string | undefined): string | undefined {
  return value ? undefined : 'This one is needed'
}

function ranged(name: string): (value: string | undefined) => string | undefined {
  return value => refusal(() => readParameter(name, value ?? '', name))
}

function refusal(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof UserError) return `${error.problem}. ${error.remedy}`
    throw error
  }
}
