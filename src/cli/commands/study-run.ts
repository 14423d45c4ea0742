import { Command, InvalidArgumentError, Option } from 'commander'
import colors from 'picocolors'
import { engineNames } from '../../compile/engine.js'
import type { StudyDocument } from '../../record/document.js'
import { runStudy, showStudy, STOPPED_ON_REQUEST, type RunRequest } from '../../study/index.js'
import { FetchBar } from '../fetch-bar.js'
import { Interrupt } from '../interrupt.js'
import { Narrator } from '../narrator.js'
import { collect, jsonOption, printJson, studiesOption, integer, type Common } from '../options.js'
import { summary } from '../summary.js'
import { UnsavedEpochs } from '../unsaved-epochs.js'
import { print, printError } from '../print.js'

interface Flags extends Common {
  readonly trials?: { readonly trials?: number; readonly more?: number }
  readonly slots?: number
  readonly engine?: string
  readonly device?: readonly string[]
}

export function studyRunCommand(): Command {
  return new Command('run')
    .description('run a study; the same command resumes it')
    .argument('<name>')
    .option('--trials <n>', 'new number of trials, or +n for n more', readTrials)
    .option('--slots <n>', 'trials at a time', integer(1))
    .addOption(
      new Option('--engine <name>', "engine of the trials, instead of the study's").choices([
        'auto',
        ...engineNames,
      ]),
    )
    .option('--device <name>', 'cpu, webgpu, cuda:0, …; may be repeated (default: cpu)', collect)
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nCtrl-C stops the study: each trial saves its state, and the same command\n' +
        'resumes it. A second Ctrl-C exits at once.\n\nExamples:\n' +
        '  $ tune study run answers\n  $ tune study run answers --trials +10\n' +
        '  $ tune study run answers --json > result.json',
    )
    .action(async (name: string, { trials, slots, engine, device, ...flags }: Flags) => {
      const document = await runWithProgress(
        { name, studies: flags.studies, slots, engine, devices: device, ...trials },
        flags,
      )
      const halted = document.state === 'stopped' && document.reason !== STOPPED_ON_REQUEST
      if (document.state === 'failed' || halted) process.exitCode ??= 1
    })
}

/**
 * Runs a study with its progress on the terminal and its summary at the end; with `json` it prints
 * the data alone.
 */
export async function runWithProgress(
  request: RunRequest,
  { studies, json }: Common,
): Promise<StudyDocument> {
  const { on, close } = json ? { on: () => undefined, close: () => undefined } : new Narrator()
  const fetching = new FetchBar()
  const unsaved = new UnsavedEpochs()
  const again = `tune study run ${request.name}`
  const warn = (text: string) => printError(colors.yellow(`\n${text}`))
  const interrupt = new Interrupt({
    stopping: () =>
      warn('Stopping: each running trial saves its state. ' + 'A second Ctrl-C exits at once.'),
    leaving: () => warn([unsaved.describe(), `Resume with: ${again}`].filter(Boolean).join(' ')),
  })
  try {
    const document = await runStudy({
      ...request,
      onEvent: event => {
        unsaved.listen(event)
        on(event)
      },
      onFetch: fetching.onFetch,
      signal: interrupt.signal,
    })
    close()
    const view = await showStudy({ name: request.name, studies })
    if (json) printJson(view)
    else {
      print(`\n${summary(view)}\n`)
      print(ending(document))
    }
    if (interrupt.signal.aborted) process.exitCode = 130
    return document
  } finally {
    fetching.close()
    close()
    interrupt.close()
  }
}

function ending({ state, reason, spec }: StudyDocument): string {
  if (state === 'stopped') {
    const stopped =
      reason === STOPPED_ON_REQUEST ? 'Stopped. ' : `${colors.yellow(`Stopped: ${reason}.`)}\n`
    const again = colors.bold(`tune study run ${spec.name}`)
    return `${stopped}All finished work is saved. Resume with: ${again}`
  }
  if (state === 'failed') return colors.red(`Failed: ${reason}`)
  return `Done: ${reason}. More: ${colors.bold(`tune study run ${spec.name} --trials +10`)}`
}

function readTrials(text: string): { trials?: number; more?: number } {
  if (!/^\+?[1-9]\d*$/.test(text))
    throw new InvalidArgumentError('It must be a total such as 20, or +10 for ten more.')
  return text.startsWith('+') ? { more: Number(text) } : { trials: Number(text) }
}
