import type { Context } from 'hono'
import { LANGUAGES, type Language } from '../report/index.js'

/**
 * What the address asks for, `?language=zh`, or else what the browser prefers of the languages
 * there are.
 */
export function languageOf(c: Context): Language {
  const asked = c.req.query('language')
  return (
    LANGUAGES.find(language => language === asked) ??
    preferred(c.req.header('accept-language') ?? '')
  )
}

/** @param header as browsers send it: `zh-CN,zh;q=0.9,en;q=0.8` */
function preferred(header: string): Language {
  const wanted = header.split(',').map(part => {
    const [tag = '', ...params] = part.trim().split(';')
    const quality = Number(
      params
        .map(param => /^\s*q=([\d.]+)\s*$/.exec(param)?.[1])
        .find(value => value !== undefined) ?? 1,
    )
    return {
      language: LANGUAGES.find(language => tag.trim().toLowerCase().split('-')[0] === language),
      quality,
    }
  })
  const [first] = wanted
    .filter(({ language, quality }) => language !== undefined && quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return first?.language ?? 'en'
}
