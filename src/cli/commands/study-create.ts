import { Command, Option } from 'commander'
import colors from 'picocolors'
import { dataReportShort } from '../../report/index.js'
import { flagDefinition, type FlagValues } from '../../study/definition/flag-definition.js'
import { flagAt, FLAGS, type SettingFlag } from '../../study/definition/flags.js'
import { createStudyFiles, searches, type CreateRequest } from '../../study/index.js'
import { FetchBar } from '../fetch-bar.js'
import {
  collect,
  jsonOption,
  list,
  printJson,
  studiesOption,
  testFrom,
  integer,
  type Common,
} from '../options.js'
import { askForStudy } from '../prompts.js'
import { columnsFrom } from './data.js'
import { print } from '../print.js'
import { legend, printSamples } from '../data-text.js'
import { terminalWidth, wrapLine } from '../terminal-width.js'

const HELP = `
A range is written low..high, a list a,b,c.

Examples:
  $ tune study create                                  asks, one question at a time
  $ tune study create answers --model ./my-model --data answers.jsonl --probe "Who are you?"
  $ tune study create small --model hf:HuggingFaceTB/SmolLM2-135M-Instruct --data answers.jsonl
  $ tune study create sweep --model ./my-model --data answers.jsonl --sampler grid \\
      --learning-rate 1e-4,1e-3 --batch-size 4,8 --epochs 2,4,8
  $ tune study create mine --module ./train.mjs --param learningRate=1e-4..1e-1 --epochs 20
  $ tune study create theirs --command "python train.py --lr {learningRate}" \\
      --learning-rate 1e-6..1e-4 --epochs 3`

export function studyCreateCommand(): Command {
  const command = new Command('create')
    .description(
      'check a model, a data set and what to search over, and write studies/NAME/study.yaml',
    )
    .argument('[name]', 'letters, digits, dots, dashes and underscores')
  for (const flag of FLAGS) command.addOption(optionFor(flag))
  return command
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, flags: FlagValues & Common) => {
      const request = (await askForStudy(name, flags)) ?? requestFor(name, flags)
      const fetching = new FetchBar()
      const created = await createStudyFiles({ ...request, onFetch: fetching.onFetch }).finally(
        fetching.close,
      )
      const { spec, dir, file, data } = created
      if (flags.json) return printJson({ name: spec.name, dir, file, spec })
      print(`${colors.green('made')} ${file}`)
      if (data) {
        for (const line of dataReportShort(data)) print(`  ${wrapLine(line, terminalWidth())}`)
        printSamples(data.samples.slice(0, 2), 600)
        print(`\n${legend()}`)
      }
      print(`Run it with: ${colors.bold(`tune study run ${spec.name}`)}`)
    })
}

function requestFor(name: string | undefined, flags: FlagValues & Common): CreateRequest {
  const { studies } = flags
  const definition = flagDefinition(flags)
  return { name: name ?? '', studies, locate: flagAt, ...definition } as CreateRequest
}

function optionFor(flag: SettingFlag): Option {
  const usage = flag.value === null ? `--${flag.name}` : `--${flag.name} <${flag.value}>`
  const help =
    flag.setting.name === 'sampler'
      ? flag.help.replace('chosen', `chosen: ${searches.names.join(', ')}`)
      : flag.help
  const option = new Option(usage, help).helpGroup(flag.heading)
  const parser = flagParser(flag)
  return parser ? option.argParser<unknown>(parser) : option
}

type Parser = (text: string, before: unknown) => unknown

/** How the text of a flag becomes its value; undefined if it stays a text. */
function flagParser({ setting, searches, repeatable }: SettingFlag): Parser | undefined {
  if (repeatable) return (text, before) => collect(text, before as readonly string[] | undefined)
  if (searches) return undefined
  if (setting.type === 'int') return integer(setting.min)
  if (setting.type === 'float') return Number
  if (setting.type === 'list') return list
  if (setting.type !== 'custom') return undefined
  if (setting.shape === 'columns') return columnsFrom
  if (setting.shape === 'objectives') return list
  return setting.shape === 'test' ? testFrom : undefined
}
