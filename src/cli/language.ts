import { LANGUAGES, type Language } from '../record/language.js'

/**
 * The language of help, from the locale of the environment in the order of POSIX: LC_ALL,
 * LC_MESSAGES, LANG. English unless it is another that the program has.
 */
export function userLanguage(environment: NodeJS.ProcessEnv = process.env): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || ''
  const [tag] = locale.toLowerCase().split(/[_.@-]/)
  return LANGUAGES.find(language => language === tag) ?? 'en'
}
