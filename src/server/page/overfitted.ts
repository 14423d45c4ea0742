import { format, TRUST_WORDS, type StudyView } from '../../report/index.js'
import { html, none, type Html } from './html.js'

/** Which trials overfitted, where, and what says so. */
export function overfitted({
  overfitted: trials,
  progress,
  language,
  scoreEpoch,
}: StudyView): Html {
  const words = TRUST_WORDS[language]
  const told =
    trials.length > 0
      ? html`<ul class="overfits">
          ${trials.map(
            ({ number, bestEpoch, epochsRun, reason }) =>
              html`<li>
                <strong>${language === 'zh' ? `试验 ${number}` : `Trial ${number}`}</strong>
                <span class="muted">${epochOf(bestEpoch, epochsRun, language, scoreEpoch)}</span>
                <p>${format.sentence(reason)}${language === 'zh' ? '。' : '.'}</p>
              </li>`,
          )}
        </ul>`
      : html`<p class="muted">${progress.finished === 0 ? words.unfinished : words.none}</p>`
  return html`<section class="panel" aria-labelledby="overfit-title" lang="${language}">
    <h2 id="overfit-title">${words.overfit}</h2>
    ${trials.length > 0 ? html`<p class="muted">${counted(trials.length, language, scoreEpoch)}</p>` : none}${told}
  </section>`
}

function epochOf(
  epoch: number,
  run: number,
  language: StudyView['language'],
  score: StudyView['scoreEpoch'],
): string {
  if (language === 'zh')
    return score === 'last' ? `按第 ${epoch} 轮（最后一轮）计` : `共 ${run} 轮，第 ${epoch} 轮最佳`
  return score === 'last'
    ? `scored at its last epoch, ${epoch}`
    : `best at epoch ${epoch} of ${run}`
}

function counted(
  count: number,
  language: StudyView['language'],
  score: StudyView['scoreEpoch'],
): string {
  if (language === 'zh')
    return `${count} 个试验过拟合，${score === 'last' ? '本研究仍以最后一轮为其排名和导出' : '均以此前的最佳轮排名和导出'}。`
  return `${format.plural(count, 'trial')} overfitted. Each is ranked, and would be exported, by ${score === 'last' ? 'its last epoch all the same, as the study asks' : 'the epoch before that'}.`
}
