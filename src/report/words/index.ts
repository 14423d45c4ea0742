import type { StudyState } from '../../record/document.js'
import type { Language } from '../../record/language.js'
import { adapterName, parameterName, SHARED_SETTINGS } from '../../settings/index.js'
import { paramName } from '../format.js'
import { english } from './en.js'
import type { ReportWords, StudyStateKey } from './words.js'
import { chinese } from './zh.js'

/** Chinese names of settings, by the name of the parameter or the setting. */
const LABELS: ReadonlyMap<string, string> = new Map(
  SHARED_SETTINGS.flatMap(({ setting, group }) =>
    setting.label === undefined
      ? []
      : [[group.at(-1) === 'lora' ? adapterName(setting) : parameterName(setting), setting.label]],
  ),
)

const WORDS: Readonly<Record<Language, ReportWords>> = { en: english, zh: chinese }

/** The words of reports in a language. */
export function reportWords(language: Language): ReportWords {
  return WORDS[language]
}

/** A setting's name for people: `learningRate` → `learning rate`, `学习率`. */
export function settingName(name: string, language: Language): string {
  const label = language === 'zh' ? LABELS.get(name) : undefined
  return label ?? paramName(name)
}

/** `running` only while a process is at work on the study. */
export function studyStateKey(state: StudyState, live: boolean): StudyStateKey {
  return state === 'running' && !live ? 'interrupted' : state
}
