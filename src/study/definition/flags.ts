import {
  parameterName,
  type Flag,
  type KindSettings,
  type LocalizedText,
  type Setting,
} from '../../settings/index.js'
import { belongsTo, kindSettings, SETTINGS, type PlacedSetting } from './settings.js'

/** A flag of `tune study create`, as the table has it. */
export interface SettingFlag extends PlacedSetting {
  /** `lora-rank`, without dashes. */
  readonly name: string
  /** What stands for its value in the help: `range`; null if it takes none. */
  readonly value: string | null
  readonly repeatable: boolean
  /** Its value is a range or a list to search over. */
  readonly searches: boolean
  /** Kinds of trial for which it is accepted. */
  readonly kinds: readonly KindSettings[]
  readonly help: LocalizedText
  /** The heading that it stands under in the help. */
  readonly heading: LocalizedText
}

const HEADINGS = {
  data: { en: 'Model and data:', zh: '模型和数据：' },
  own: { en: 'Your own training:', zh: '自己的训练：' },
  searched: { en: 'What is searched:', zh: '搜索空间：' },
  training: { en: 'Training:', zh: '训练：' },
  search: { en: 'Search:', zh: '搜索：' },
} as const satisfies Readonly<Record<string, LocalizedText>>

/** Every setting that the command line can state. Kinds that have one of the same name share it. */
export const FLAGS: readonly SettingFlag[] = shared(SETTINGS.flatMap(settingFlag))

function settingFlag(placed: PlacedSetting): readonly SettingFlag[] {
  const { setting } = placed
  const { flag = {} } = setting
  if (flag === null) return []
  const { repeatable = false, searches = false, everywhere = false } = flag
  return [
    {
      ...placed,
      name: flag.name ?? kebab(setting.name),
      value: flag.value ?? (searches ? 'range' : placeholder(setting)),
      repeatable,
      searches,
      kinds: everywhere ? kindSettings : kindSettings.filter(kind => belongsTo(placed, kind)),
      help: helpText(setting, flag),
      heading: heading(placed, flag),
    },
  ]
}

function shared(flags: readonly SettingFlag[]): readonly SettingFlag[] {
  const byName = new Map<string, SettingFlag>()
  for (const flag of flags) {
    const same = byName.get(flag.name)
    byName.set(flag.name, same ? { ...same, kinds: [...same.kinds, ...flag.kinds] } : flag)
  }
  return [...byName.values()]
}

/** The name of a parameter or a setting on the command line: `learningRate` → `learning-rate`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/**
 * The flag that states a place in a definition.
 *
 * @param path `['space', 'loraRank']`, `['training', 'lora', 'rank']`, `['defaults', 'epochs']`
 * @returns `--lora-rank`, `--default epochs`; of a parameter of the user's own, `--param width`
 */
export function flagAt(path: readonly PropertyKey[]): string {
  const [first, ...inner] = path.map(String)
  if (first === undefined) return 'the study'
  if (first === 'space' || first === 'parameters') {
    const flag = FLAGS.find(
      each => each.searches && parameterName(each.setting) === inner[0] && fits(each, first),
    )
    if (flag) return `--${flag.name}`
    return inner[0] === undefined ? '--param' : `--param ${inner[0]}`
  }
  const group = first === 'training' ? ['training', ...inner.slice(0, -1)] : []
  const name = first === 'training' ? inner.at(-1) : first
  const flag = FLAGS.find(
    each => each.setting.name === name && each.group.join() === group.join() && !each.searches,
  )
  if (!flag) return `--${kebab(name ?? first)}`
  const detail = flag.repeatable && inner[0] !== undefined && first === 'defaults'
  return detail ? `--${flag.name} ${inner[0]}` : `--${flag.name}`
}

function fits({ kinds }: SettingFlag, place: string): boolean {
  return place === 'space' || kinds.some(({ family }) => family === 'user')
}

function placeholder(setting: Setting): string | null {
  if (setting.type === 'custom' && setting.shape === 'true') return null
  switch (setting.type) {
    case 'int':
      return 'n'
    case 'float':
      return 'number'
    case 'boolean':
      return null
    case 'list':
      return 'list'
    case 'choice':
      return 'name'
    default:
      return 'value'
  }
}

function helpText(setting: Setting, { searches, repeatable }: Flag): LocalizedText {
  const { help, default: value, defaultText, searchable } = setting
  const fallback = searches ? (searchable?.range ?? value) : value
  const stated = isPlain(fallback) ? String(fallback) : undefined
  const search = searches === true && searchable?.range === undefined
  const [en, zh] = [defaultText?.en ?? stated, defaultText?.zh ?? stated]
  return {
    en:
      `${search ? 'search ' : ''}${help.en}${repeatable ? '; may be repeated' : ''}` +
      (en === undefined ? '' : ` (default: ${en})`),
    zh:
      `${help.zh}${repeatable ? '；可重复使用' : ''}` +
      (zh === undefined ? '' : `（默认${search ? '不搜索，取 ' : '：'}${zh}）`),
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string' || Array.isArray(value)
    ? String(value) !== ''
    : false
}

function heading({ setting, group, kind }: PlacedSetting, { searches }: Flag): LocalizedText {
  if (group.length > 0) return searches ? HEADINGS.searched : HEADINGS.training
  if (kind?.family === 'model') return HEADINGS.data
  return kind || setting.family === 'user' ? HEADINGS.own : HEADINGS.search
}
