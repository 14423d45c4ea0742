import { trialKind } from '../../kinds/index.js'
import {
  amount,
  calibrationLine,
  format,
  improvementLine,
  progressShare,
  reportWords,
  resultLine,
  sharingLine,
  statusLine,
  type StudyView,
} from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, none, type Html } from './html.js'
import { progressBar, studyBadge } from './marks.js'

/** State and result of the study at a glance. */
export function hero(view: StudyView): Html {
  const { space } = reportWords(view.language)
  const join = (lines: readonly (string | null)[]): string =>
    lines.filter(line => line !== null).join(space)
  return html`<section class="hero">
    <div class="hero-head">
      <h1>${view.name}</h1>
      ${studyBadge(view)}
    </div>
    <p class="lead">${join([resultLine(view), improvementLine(view)])}</p>
    <div class="progress">
      ${progressBar(progressShare(view.progress), view.language)}
      <p class="muted" id="status">
        ${join([statusLine(view), sharingLine(view), calibrationLine(view)])}
      </p>
    </div>
    <dl class="tiles">${tiles(view)}</dl>
  </section>`
}

function tiles(view: StudyView): Html[] {
  const { best, start, defaults, language } = view
  const words = pageWords(language).hero
  const { meanings, measures } = reportWords(language)
  const tokens = trialKind(view.task).unit === 'nats'
  const last = view.scoreEpoch === 'last'
  return [
    tile({
      label: words.bestLoss,
      value: best ? format.loss(best.valLoss) : '–',
      note: best ? words.bestAt(best.number, best.bestEpoch, last) : words.noneYet,
      meaning: tokens ? meanings.validationLoss : meanings.ownLoss,
    }),
    ...(tokens
      ? [
          tile({
            label: format.sentence(measures.perplexity),
            value: format.perplexity(best?.perplexity ?? null),
            note: start ? words.beforeFineTuning(format.perplexity(start.perplexity)) : '',
            meaning: meanings.perplexity,
          }),
          tile({
            label: words.improvement,
            value: improvement(view),
            note: start ? words.beforeFineTuning(format.loss(start.valLoss)) : '',
            meaning: words.improvementMeaning,
          }),
        ]
      : []),
    ...(defaults === null || defaults.improvement === null
      ? []
      : [
          tile({
            label: words.overDefaults,
            value: defaults.best ? '0' : amount(defaults.improvement),
            note: words.defaults(defaults.number, format.loss(defaults.objective)),
            meaning: words.overDefaultsMeaning,
          }),
        ]),
    tile({
      label: words.time,
      value: format.duration(view.seconds),
      note: words.atOnce(view.slots),
      meaning: words.timeMeaning,
    }),
  ]
}

/** Change of the validation loss: negative is better. */
function improvement({ best }: StudyView): string {
  if (!best || best.improvement === null) return '–'
  return `${best.improvement < 0 ? '+' : '−'}${format.loss(Math.abs(best.improvement))}`
}

function tile({
  label,
  value,
  note,
  meaning,
}: Readonly<Record<'label' | 'value' | 'note' | 'meaning', string>>): Html {
  return html`<div class="tile" title="${meaning}">
    <dt>${label}</dt>
    <dd>
      <span class="value">${value}</span>${note ? html`<span class="note">${note}</span>` : none}
    </dd>
  </div>`
}
