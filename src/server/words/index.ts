import type { Language } from '../../record/language.js'
import { english } from './en.js'
import type { PageWords } from './words.js'
import { chinese } from './zh.js'

const WORDS: Readonly<Record<Language, PageWords>> = { en: english, zh: chinese }

/** The texts of the pages in a language. */
export function pageWords(language: Language): PageWords {
  return WORDS[language]
}
