import type { StudyListing } from '../../storage/index.js'
import type { Language, StudyView } from '../../report/index.js'
import type { Parts } from '../parts.js'
import { answers } from './answers.js'
import { trialRows } from './board.js'
import { chartParts } from './chart-parts.js'
import { facts } from './facts.js'
import { hero } from './hero.js'
import { html, toText } from './html.js'
import { overfitted } from './overfitted.js'
import { reliability } from './reliability.js'
import { studiesList } from './studies.js'

/**
 * The parts of the study page: `page`, its kind; `html:ID`, the content of an element; `row:N`, a
 * trial's tbody; `order` and `columns` of the leaderboard; `curve:N`, `bestSoFar` and `scatters`,
 * the data of the charts.
 */
export function studyPageParts(view: StudyView | null): Parts {
  if (!view) return new Map([['page', 'new-study']])
  const { order, columns, rows } = trialRows(view)
  return new Map<string, unknown>([
    ['page', 'study'],
    ...Object.entries({ hero, answers, reliability, overfitted, facts }).map(
      ([id, make]) => [`html:${id}`, toText(html`${make(view)}`)] as const,
    ),
    ['order', order],
    ['columns', columns],
    ...[...rows].map(([number, row]) => [`row:${number}`, row] as const),
    ...chartParts(view),
  ])
}

/** The parts of the list of studies. */
export function studiesParts(listings: readonly StudyListing[], language: Language): Parts {
  return new Map([
    ['page', 'studies'],
    ['html:studies', toText(studiesList(listings, language))],
  ])
}

/** The parts of the API stream: `study` without its trials, and each trial as `trials/N`. */
export function viewParts(view: StudyView | null): Parts {
  if (!view) return new Map([['study', null]])
  const { trials, ...study } = view
  return new Map<string, unknown>([
    ['study', study],
    ...trials.map(trial => [`trials/${trial.number}`, trial] as const),
  ])
}
