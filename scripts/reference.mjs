// Writes the tables of docs/reference.md from the table of settings and the registries of
// strategies: `node scripts/reference.mjs`. With --check it writes nothing, and fails if the page
// is not up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { buildIfStale } from './build.mjs'

buildIfStale()
const { SEARCHABLE, lora, parameters, parameterName, score, search, stopping, training } =
  await import('../dist/settings/index.js')
const { FLAGS } = await import('../dist/study/definition/flags.js')
const { kindSettings } = await import('../dist/study/definition/settings.js')
const { boundsText } = await import('../dist/settings/bounds.js')
const { allocators, pruners, samplers } = await import('../dist/search/registry.js')
const { earlyStoppingRules } = await import('../dist/overfit/index.js')

const page = fileURLToPath(new URL('../docs/reference.md', import.meta.url))
const BEGIN = '<!-- begin: written by scripts/reference.mjs -->'
const END = '<!-- end -->'

function tables() {
  return [
    kindTable(),
    ...kindSettings.map(kind =>
      section(capitalized(kind.label), `Keys of ${kind.noun}.`, kind.own, []),
    ),
    section('Search', 'How trials are chosen.', search, []),
    section('Stopping and scoring', 'When trials end, and which of them counts.', stopping, []),
    section(
      '`training`',
      'Settings that all trials of a fine-tuning share. Your own training has `schedule` at the top level.',
      training,
      ['training'],
    ),
    section('`training.lora`', 'Settings of adapters. They imply `method: lora`.', lora, [
      'training',
      'lora',
    ]),
    section('`training.score`', 'Scoring of generated answers after each epoch.', score, [
      'training',
      'score',
    ]),
    searchTable(),
    strategies('Samplers', 'sampler', [...samplers.strategies, ...allocators.strategies]),
    strategies('Pruners', 'pruner', pruners.strategies),
    strategies('Early-stopping rules', 'earlyStopping', earlyStoppingRules.strategies),
  ].join('\n\n')
}

function section(title, intro, settings, group) {
  const rows = settings.map(setting => [
    `\`${setting.name}\``,
    values(setting),
    defaultText(setting),
    flag(setting, group),
    sentence(setting.help.en) + restriction(setting, settings),
  ])
  return `### ${title}\n\n${intro}\n\n${table(['key', 'value', 'default', 'flag', 'meaning'], rows)}`
}

/** Named only if the settings of a table do not all belong to the same family of kinds. */
function restriction({ family }, settings) {
  if (!family || settings === training || settings.every(each => each.family === family)) return ''
  const labels = kindSettings.filter(kind => kind.family === family).map(({ label }) => label)
  return ` Only: ${labels.join(', ')}.`
}

function kindTable() {
  const keys = kindSettings.map(({ key }) => `\`${key}\``)
  const rows = kindSettings.map(({ key, label, least }) => [
    label,
    `\`${key}\``,
    `\`${JSON.stringify(least)}\``,
  ])
  const intro = `A study has exactly one of ${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}.`
  return `### Kinds of trial\n\n${intro}\n\n${table(['kind', 'key', 'least study.yaml'], rows)}`
}

function searchTable() {
  const rows = [...SEARCHABLE].map(([name, { setting }]) => [
    `\`${name}\``,
    values(setting),
    setting.type === 'choice' ? '' : 'scale' in setting ? (setting.scale ?? 'linear') : 'linear',
    setting.searchable?.range ? `\`${setting.searchable.range}\`` : '',
    `\`${setting.searchable?.example}\``,
  ])
  const intro =
    'What a fine-tuning can search under `space`. A value of a trial replaces the setting of the same name. ' +
    `Without a range of your own, ${parameters.map(each => `\`${parameterName(each)}\``).join(', ')} are searched.`
  return `### Parameters\n\n${intro}\n\n${table(['parameter', 'value', 'scale', 'searched by default', 'example'], rows)}`
}

function strategies(title, key, list) {
  const rows = list.map(({ name, summary, options }) => [
    `\`${name}\``,
    options
      .map(option => `\`${option.name}\`: ${values(option)}${optionDefault(option)}`)
      .join('; '),
    sentence(summary.en),
  ])
  const [first] = list.filter(({ options }) => options.length > 0)
  const example = `\`${key}: ${first.name}(${first.options[0].name}=3)\``
  const intro = `Options are written in parentheses, by name or in order, such as ${example}.`
  return `### ${title}\n\n${intro}\n\n${table([`\`${key}\``, 'options', 'meaning'], rows)}`
}

function optionDefault({ default: value, defaultText: text }) {
  if (text) return `, default ${text.en}`
  return value === undefined ? ', required' : `, default ${value}`
}

function values(setting) {
  switch (setting.type) {
    case 'int':
      return `whole number, ${boundsText(setting)}`
    case 'float':
      return `number, ${boundsText(setting)}`
    case 'boolean':
      return '`true` or `false`'
    case 'choice':
      return setting.choices.map(choice => `\`${choice}\``).join(', ')
    case 'string':
      return 'text'
    case 'list':
      return 'list of texts'
    default:
      return SHAPES[setting.shape]
  }
}

const SHAPES = {
  command: 'text, or a list of words',
  columns: 'roles and column names',
  names: 'a name, or a list',
  objectives: 'list of two',
  parameters: 'parameters and ranges',
  point: 'parameters and values',
  points: 'list of configurations',
  pruner: 'see [Pruners](#pruners)',
  rule: '`verdict`, `off`, or a [rule](#early-stopping-rules)',
  sources: 'a path, or a list',
  space: 'see [Parameters](#parameters)',
  strategy: 'see [Samplers](#samplers)',
  test: '`auto`, a share, or paths',
  training: 'see [training](#training)',
  true: '`true`',
}

function defaultText({ default: value, defaultText: text, required }) {
  if (required) return 'required'
  if (text) return text.en
  if (value === undefined) return 'none'
  if (typeof value === 'object')
    return Object.keys(value).length === 0 ? 'none' : `\`${[value].flat().join(', ')}\``
  return `\`${value}\``
}

function flag(setting, group) {
  const found = FLAGS.find(each => each.setting === setting && each.group.join() === group.join())
  return found ? `\`--${found.name}\`` : ''
}

function sentence(text) {
  return `${capitalized(text)}.`
}

function capitalized(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}`
}

function table(header, rows) {
  const line = cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

const text = readFileSync(page, 'utf8')
const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)]
if (before === -1 || after === -1) throw new Error(`${page} has no ${BEGIN} … ${END}`)
const written = `${text.slice(0, before)}${BEGIN}\n\n${tables()}\n\n${text.slice(after)}`
const formatted = await format(written, { ...(await resolveConfig(page)), filepath: page })

if (!process.argv.includes('--check')) writeFileSync(page, formatted)
else if (formatted !== text) {
  console.error('docs/reference.md is not up to date. Run: node scripts/reference.mjs')
  process.exit(1)
}
