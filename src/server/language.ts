import type { Context } from 'hono'
import { LANGUAGES, type Language } from '../report/index.js'

/**
 * The language in the query, `?language=zh`, or else the available language that the browser
 * prefers.
 */
export function requestLanguage(c: Context): Language {
  const query = c.req.query('language')
  return (
    LANGUAGES.find(language => language === query) ??
    preferred(c.req.header('accept-language') ?? '')
  )
}

/** @param header as browsers send it: `zh-CN,zh;q=0.9,en;q=0.8` */
function preferred(header: string): Language {
  const accepted = header.split(',').map(part => {
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
  const [first] = accepted
    .filter(({ language, quality }) => language !== undefined && quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return first?.language ?? 'en'
}
