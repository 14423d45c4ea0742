import { Command, Option } from 'commander'
import colors from 'picocolors'
import { dataReportShort } from '../../report/index.js'
import { flagDefinition, type FlagValues } from '../../study/definition/flag-definition.js'
import type { Language } from '../../record/language.js'
import { strategyHelp } from '../../settings/strategy-registry.js'
import { flagAt, FLAGS, kebab, type SettingFlag } from '../../study/definition/flags.js'
import { STRATEGY_LISTS } from '../../study/definition/strategies.js'
import { createStudyFiles, type CreateRequest } from '../../study/index.js'
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
import { wrapAfterHelp } from '../help.js'
import { userLanguage } from '../language.js'
import { askForStudy } from '../prompts.js'
import { TEXTS, TITLES } from './study-create-texts.js'
import { columnsFrom } from './data.js'
import { print } from '../print.js'
import { legend, printSamples } from '../data-text.js'
import { terminalWidth, wrapLine } from '../terminal-width.js'

export function studyCreateCommand(language: Language = userLanguage()): Command {
  const command = new Command('create')
    .description(TEXTS.description[language])
    .argument('[name]', TEXTS.name[language])
    .helpOption('-h, --help', TEXTS.help[language])
    .configureHelp({
      styleTitle: title => TITLES[title]?.[language] ?? title,
      optionDescription: ({ description }) => description,
    })
  for (const flag of FLAGS) command.addOption(optionFor(flag, language))
  const studies = studiesOption()
  studies.description = TEXTS.studies[language]
  const json = jsonOption()
  json.description = TEXTS.json[language]
  return command
    .addOption(studies)
    .addOption(json)
    .addHelpText('after', () => wrapAfterHelp(afterHelp(language), command))
    .action(async (name: string | undefined, flags: FlagValues & Common) => {
      const request = (await askForStudy(name, flags)) ?? requestFor(name, flags)
      const fetching = new FetchBar()
      const created = await createStudyFiles({ ...request, onFetch: fetching.onFetch }).finally(
        fetching.close,
      )
      const { spec, dir, file, data, note } = created
      if (flags.json) return printJson({ name: spec.name, dir, file, spec })
      print(`${colors.green('made')} ${file}`)
      if (data) {
        for (const line of dataReportShort(data)) print(`  ${wrapLine(line, terminalWidth())}`)
        printSamples(data.samples.slice(0, 2), 600)
        print(`\n${legend()}`)
      }
      if (note !== undefined) print(colors.yellow(`${wrapLine(`  ${note}`, terminalWidth())}`))
      print(`Run it with: ${colors.bold(`tune study run ${spec.name}`)}`)
    })
}

function requestFor(name: string | undefined, flags: FlagValues & Common): CreateRequest {
  const { studies } = flags
  const definition = flagDefinition(flags)
  return { name: name ?? '', studies, locate: flagAt, ...definition } as CreateRequest
}

/** The strategies that flags name, with their options, and examples. */
function afterHelp(language: Language): string {
  const lists = STRATEGY_LISTS.flatMap(({ key, title, registry }) => [
    `${title[language]} (--${kebab(key)}):`,
    ...strategyHelp(registry.strategies, language).map(line => `  ${line}`),
    '',
  ])
  return ['', TEXTS.options[language], '', ...lists, TEXTS.examples[language]].join('\n')
}

function optionFor(flag: SettingFlag, language: Language): Option {
  const usage = flag.value === null ? `--${flag.name}` : `--${flag.name} <${flag.value}>`
  const isStrategy = STRATEGY_LISTS.some(({ key }) => key === flag.setting.name)
  const help = flag.help[language] + (isStrategy ? TEXTS.listedBelow[language] : '')
  const option = new Option(usage, help).helpGroup(flag.heading[language])
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
