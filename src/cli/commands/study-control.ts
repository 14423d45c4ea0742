import { Command, InvalidArgumentError } from 'commander'
import {
  pauseStudy,
  resumeStudy,
  retryStudy,
  setPriority,
  setSlots,
  type StudyReference,
} from '../../study/index.js'
import { jsonOption, printJson, studiesOption, integer, type Common } from '../options.js'
import { format } from '../../report/index.js'
import { print } from '../print.js'

/** Commands that change how a study runs, while it runs or before. */
export function studyControlCommands(): readonly Command[] {
  return [pause(), resume(), slots(), priority(), retry()]
}

function pause(): Command {
  return command('pause', 'begin no further trial until the study is resumed; running ones end')
    .addHelpText('after', '\nExample:\n  $ tune study pause answers')
    .action(async (name: string, flags: Common) => {
      const { changed } = await pauseStudy(reference(name, flags))
      if (flags.json) return printJson({ name, paused: true, changed })
      print(
        changed
          ? `${name} is paused: running trials end, nothing new begins. Resume: tune study ` +
              `resume ${name}`
          : `${name} was paused already.`,
      )
    })
}

function resume(): Command {
  return command('resume', 'let a paused study begin trials again')
    .addHelpText('after', '\nExample:\n  $ tune study resume answers')
    .action(async (name: string, flags: Common) => {
      const { changed } = await resumeStudy(reference(name, flags))
      if (flags.json) return printJson({ name, paused: false, changed })
      print(changed ? `${name} is resumed.` : `${name} was not paused.`)
    })
}

function slots(): Command {
  return command('slots', 'change how many trials of a running study are side by side')
    .argument('<n>', 'trials side by side', integer(1))
    .addHelpText('after', '\nExample:\n  $ tune study slots answers 4')
    .action(async (name: string, count: number, flags: Common) => {
      const answer = await setSlots({ ...reference(name, flags), slots: count })
      if (flags.json) return printJson({ name, ...answer })
      print(`${name} runs ${answer.slots} trials side by side from now on.`)
    })
}

function priority(): Command {
  return command('priority', 'say which of the trials that wait for a slot begins first')
    .argument('<trial>', 'its number', integer(0))
    .argument('<n>', 'higher ones first; 0 is the default', readPriority)
    .addHelpText('after', '\nExample:\n  $ tune study priority answers 7 10')
    .action(async (name: string, trial: number, value: number, flags: Common) => {
      await setPriority({ ...reference(name, flags), trial, priority: value })
      if (flags.json) return printJson({ name, trial, priority: value })
      print(`Trial ${trial} of ${name} has priority ${value}.`)
    })
}

type RetryFlags = Common & { readonly trial?: readonly number[] }

function retry(): Command {
  return command('retry', 'run failed trials again, from their last checkpoints')
    .option('--failed', 'all failed trials (the default)')
    .option('--trial <n>', 'one; may be repeated', (text, before: number[] = []) => [
      ...before,
      integer(0)(text),
    ])
    .addHelpText(
      'after',
      '\nExamples:\n  $ tune study retry answers\n  $ tune study retry answers --trial 7',
    )
    .action(async (name: string, { trial, ...flags }: RetryFlags) => {
      const { trials } = await retryStudy({ ...reference(name, flags), trials: trial })
      if (flags.json) return printJson({ name, trials })
      print(
        `${format.plural(trials.length, 'trial')} of ${name} will run again: ` +
          `${trials.join(', ')}. Unless the study runs now: tune study run ${name}`,
      )
    })
}

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<name>')
    .addOption(studiesOption())
    .addOption(jsonOption())
}

function reference(name: string, { studies }: Common): StudyReference {
  return { name, studies }
}

function readPriority(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.')
  return value
}
