import { cancel, group, intro, outro, select, text } from '@clack/prompts'
import { UserError } from '../errors.js'
import { DEFAULT_SPACE, DEFAULTS } from '../settings/index.js'
import type { CreateRequest } from '../study/index.js'
import { readParameter } from '../settings/parameter-input.js'
import { checkStudyName } from '../storage/index.js'

/**
 * Prompts for the settings of a study, each with a default that suits a first-time user.
 *
 * @returns null without a terminal, or if flags state the study already
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
  intro('A new study: it searches for the best learning rate, batch size and number of epochs.')
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
          message: 'A question that the model answers before and after fine-tuning (empty: none)',
          placeholder: 'Who are you?',
        }),
      learningRate: () =>
        text({
          message:
            'Learning rate, the size of each step: too small trains too slowly, too large ' +
            'diverges',
          initialValue: DEFAULT_SPACE.learningRate,
          validate: ranged('learningRate'),
        }),
      batchSize: () =>
        text({
          message:
            'Batch size, examples per step: gradients of small batches are noisy, large ' +
            'batches need more memory',
          initialValue: DEFAULT_SPACE.batchSize,
          validate: ranged('batchSize'),
        }),
      epochs: () =>
        text({
          message:
            'Epochs, passes over the data: too many overfit, so trials that overfit are ' +
            'stopped early',
          initialValue: DEFAULT_SPACE.epochs,
          validate: ranged('epochs'),
        }),
      sampler: () =>
        select({
          message: 'Search method',
          initialValue: 'auto' as const,
          options: [
            {
              value: 'auto' as const,
              label: 'auto',
              hint: 'selected by the space; the rationale of the first trial names it',
            },
            {
              value: 'bayesian' as const,
              label: 'bayesian',
              hint: 'a model of the results suggests the next trial; needs the fewest trials',
            },
            {
              value: 'random' as const,
              label: 'random',
              hint: 'independent random draws',
            },
            {
              value: 'grid' as const,
              label: 'grid',
              hint: 'every combination; needs the most trials',
            },
          ],
        }),
      trials: () =>
        text({
          message: 'Trials: the number of combinations',
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
          'was canceled before the last question',
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
  return value ? undefined : 'A value is required'
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
