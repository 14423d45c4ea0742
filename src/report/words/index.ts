import type { StudyState } from '../../record/document.js'
import type { Language } from '../../record/language.js'
import { paramName } from '../format.js'
import { english } from './en.js'
import type { ReportWords, StudyStateKey } from './words.js'
import { chinese } from './zh.js'

const WORDS: Readonly<Record<Language, ReportWords>> = { en: english, zh: chinese }

/** The words of reports in a language. */
export function reportWords(language: Language): ReportWords {
  return WORDS[language]
}

/** A setting's name for people: `learningRate` → `learning rate`, `学习率`. */
export function settingName(name: string, language: Language): string {
  return WORDS[language].settings[name] ?? paramName(name)
}

/** `running` only while a process is at work on the study. */
export function studyStateKey(state: StudyState, live: boolean): StudyStateKey {
  return state === 'running' && !live ? 'interrupted' : state
}
