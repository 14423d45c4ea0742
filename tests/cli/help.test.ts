import type { Command } from 'commander'
import { describe, expect, it, vi } from 'vitest'
import { studyCreateCommand } from '../../src/cli/commands/study-create.js'
import { wrapHelp } from '../../src/cli/help.js'
import { userLanguage } from '../../src/cli/language.js'
import { tuneProgram } from '../../src/cli/program.js'
import { displayWidth } from '../../src/cli/terminal-width.js'
import { LANGUAGES } from '../../src/record/language.js'
import { FLAGS } from '../../src/study/definition/flags.js'
import { STRATEGY_LISTS } from '../../src/study/definition/strategies.js'

function help(command: Command, columns = 80): string {
  let text = ''
  command.configureOutput({
    writeOut: piece => (text += piece),
    getOutHelpWidth: () => columns,
  })
  command.outputHelp()
  return text
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}

function createHelp(language: (typeof LANGUAGES)[number], columns?: number): string {
  const command = studyCreateCommand(language)
  wrapHelp(command)
  return help(command, columns)
}

const commands = withSubcommands(tuneProgram())

it.each(commands.map(command => [command.name(), command] as const))(
  'the help of %s fits 80 columns',
  (_, command) => {
    for (const line of help(command).split('\n')) expect(displayWidth(line), line).toBeLessThan(81)
  },
)

describe.each(LANGUAGES)('the help of study create in %s', language => {
  const text = createHelp(language)
  const plain = text.replace(/\s+/g, '')

  it('has every setting that has a flag, as the table describes it', () => {
    for (const flag of FLAGS) {
      expect(text).toContain(`--${flag.name}`)
      expect(plain).toContain(flag.help[language].replace(/\s+/g, ''))
    }
  })

  it('has every strategy and each of its options', () => {
    const strategies = STRATEGY_LISTS.flatMap(({ registry }) => registry.strategies)
    for (const { name, summary, options } of strategies) {
      expect(text).toMatch(new RegExp(`^  ${name}[:：]`, 'm'))
      expect(plain).toContain(summary[language].replace(/\s+/g, ''))
      for (const option of options) {
        expect(text).toMatch(new RegExp(`^    ${option.name}[:：]`, 'm'))
        expect(plain).toContain(option.help[language].replace(/\s+/g, ''))
      }
    }
  })

  it.each([60, 80, 120])('fits %i columns', columns => {
    const lines = createHelp(language, columns).split('\n')
    const examples = lines.findIndex(line => line.startsWith('  $ '))
    for (const line of lines.slice(0, columns < 80 ? examples : undefined))
      expect(displayWidth(line), line).toBeLessThanOrEqual(columns)
  })
})

it('the Chinese help of study create has no English sentence', () => {
  expect(createHelp('zh')).not.toMatch(/\(default|display help|may be|Options|Usage|required/)
})

it.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'zh_TW' }, 'zh'],
  [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'en_GB.UTF-8' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: '' }, 'zh'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'zhuang' }, 'en'],
  [{}, 'en'],
])('the locale %j means %s', (environment, language) => {
  expect(userLanguage(environment)).toBe(language)
})

it('the language of the environment is that of the help', () => {
  vi.stubEnv('LC_ALL', 'zh_CN.UTF-8')
  expect(studyCreateCommand().description()).toBe(
    '检查模型、数据集和搜索空间，并写出 studies/NAME/study.yaml',
  )
  vi.unstubAllEnvs()
})
