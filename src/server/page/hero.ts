import { kindOf } from '../../kinds/index.js'
import {
  amount,
  calibrationLine,
  format,
  gainLine,
  OWN_LOSS_MEANING,
  PERPLEXITY_MEANING,
  resultLine,
  savedLine,
  shareOf,
  statusLine,
  VALIDATION_LOSS_MEANING,
  type StudyView,
} from '../../report/index.js'
import { html, none, type Html } from './html.js'
import { progressBar, studyBadge } from './marks.js'

/** Where the study stands and what it found, at a glance. */
export function hero(view: StudyView): Html {
  const { progress, best, start } = view
  const saved = savedLine(view)
  const gained = gainLine(view)
  const calibration = calibrationLine(view)
  const tokens = kindOf(view.task).unit === 'nats'
  const { defaults } = view
  return html`<section class="hero">
    <div class="hero-head">
      <h1>${view.name}</h1>
      ${studyBadge(view)}
    </div>
    <p class="lead">${resultLine(view)}${gained ? ` ${gained}` : ''}</p>
    <div class="progress">
      ${progressBar(shareOf(progress))}
      <p class="muted" id="status">
        ${statusLine(view)}${saved ? ` ${saved}` : ''}${calibration ? ` ${calibration}` : ''}
      </p>
    </div>
    <dl class="tiles">
      ${tile('Best validation loss', best ? format.loss(best.valLoss) : '–', best ? `trial ${best.number}, ${view.scoreEpoch === 'last' ? 'last epoch' : 'epoch'} ${best.bestEpoch}` : 'none yet', tokens ? VALIDATION_LOSS_MEANING : OWN_LOSS_MEANING)}
      ${
        tokens
          ? html`${tile('Perplexity', format.perplexity(best?.perplexity ?? null), start ? `untouched model: ${format.perplexity(start.perplexity)}` : none, PERPLEXITY_MEANING)}
            ${tile('Gain', gain(view), start ? `from a loss of ${format.loss(start.valLoss)}` : 'over the untouched model', 'How far the best trial’s validation loss is below that of the model as it was given, in nats per token.')}`
          : none
      }
      ${defaults?.gain == null ? none : tile('Over the defaults', defaults.best ? '0' : amount(defaults.gain), `trial ${defaults.number}: ${format.loss(defaults.objective)}`, 'How much better the best trial is than the one with the settings that the training has when nothing is searched.')}
      ${tile('Time', format.duration(view.seconds), `${format.plural(view.slots, 'trial')} at a time`, 'How long the study has run for, all sessions together.')}
    </dl>
  </section>`
}

function gain({ best }: StudyView): string {
  if (!best || best.improvement === null) return '–'
  return `${best.improvement < 0 ? '+' : '−'}${format.loss(Math.abs(best.improvement))}`
}

function tile(label: string, value: string, note: string, meaning: string): Html {
  return html`<div class="tile" title="${meaning}">
    <dt>${label}</dt>
    <dd>
      <span class="value">${value}</span>${note ? html`<span class="note">${note}</span>` : none}
    </dd>
  </div>`
}
