import { Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../../errors.js'
import { reportEpoch, tellTrial, type TellAnswer } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, integer, type Common } from '../options.js'
import { print } from '../print.js'

interface Flags extends Common {
  readonly valLoss?: number
  readonly loss?: number
  readonly epoch?: number
  readonly failed?: string
  readonly failure?: 'crashed' | 'out-of-memory' | 'diverged' | 'invalid'
  readonly pruned?: boolean
  readonly attempt?: number
}

export function studyTellCommand(): Command {
  return new Command('tell')
    .description('tell how a trial came out that was asked for')
    .argument('<name>')
    .argument('<trial>', 'its number', integer(0))
    .option('--val-loss <x>', 'validation loss, or whatever the study minimizes', number)
    .option('--loss <x>', 'training loss of the epoch', number)
    .option('--epoch <n>', 'report this epoch; the trial goes on', integer(1))
    .option('--failed <text>', 'it failed: what happened')
    .addOption(
      new Option('--failure <kind>', 'how it failed (default: crashed)').choices([
        'crashed',
        'out-of-memory',
        'diverged',
        'invalid',
      ]),
    )
    .option('--pruned', 'it was ended because the answer to a report said so')
    .option('--attempt <n>', 'the attempt that ask named (default: the newest)', integer(1))
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ tune study tell answers 0 --val-loss 0.3\n  $ tune study tell ' +
        'answers 1 --epoch 1 --val-loss 0.9 --json\n  $ tune study tell answers 1 --failed ' +
        '"out of disk"',
    )
    .action(async (name: string, trial: number, flags: Flags) => {
      const { studies, json, attempt, epoch } = flags
      const where = { name, studies, trial, attempt }
      const answer =
        epoch === undefined
          ? await tellTrial({ ...where, ...result(trial, flags) })
          : await reportEpoch({ ...where, metrics: metrics(trial, epoch, flags) })
      if (!answer.accepted) process.exitCode = 1
      if (json) return printJson(answer)
      if (!answer.accepted) return print(`Not recorded: ${answer.reason}.`)
      if ('prune' in answer) {
        const { prune, stop } = answer
        return print(
          prune !== null
            ? `Recorded. End it, and tell --pruned: ${prune}.`
            : stop !== null
              ? `Recorded. No further epoch is wanted: ${stop}.`
              : 'Recorded. Go on.',
        )
      }
      print(`Trial ${trial} is ${(answer as TellAnswer & { state: string }).state}.`)
    })
}

function result(trial: number, { valLoss, loss, failed, failure, pruned }: Flags) {
  if (failed !== undefined || failure !== undefined)
    return { state: 'failed' as const, failure, message: failed ?? failure ?? '' }
  if (valLoss === undefined && !pruned)
    throw new UserError(
      `trial ${trial}`,
      'has no result here',
      'Add --val-loss LOSS, or --failed "what happened"',
    )
  return {
    state: pruned ? ('pruned' as const) : ('complete' as const),
    valLoss,
    metrics: loss === undefined ? undefined : { loss },
  }
}

function metrics(trial: number, epoch: number, { valLoss, loss }: Flags) {
  if (valLoss === undefined)
    throw new UserError(
      `trial ${trial}, epoch ${epoch}`,
      'has no validation loss',
      'Add --val-loss LOSS',
    )
  return { epoch, valLoss, loss }
}

function number(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isNaN(value) && text.trim().toLowerCase() !== 'nan')
    throw new InvalidArgumentError('It must be a number.')
  return value
}
