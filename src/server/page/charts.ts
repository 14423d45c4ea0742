import type { StudyView } from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, type Html } from './html.js'

/** The frames that the scripts draw into. Each canvas has a summary in words beside it. */
export function progressCharts({
  scoreEpoch,
  language,
}: Pick<StudyView, 'scoreEpoch' | 'language'>): Html {
  const words = pageWords(language).charts
  const { chooseTrials } = pageWords(language).client
  return html`<div class="two">
    <figure class="panel chart" aria-labelledby="curves-title">
      <div class="panel-head">
        <h2 id="curves-title">${words.curves}</h2>
        <button type="button" class="button small" id="clear-picks" hidden>
          ${words.bestThree}
        </button>
      </div>
      <p class="muted key">
        <span class="stroke solid" aria-hidden="true"></span>${words.validation}
        <span class="stroke dashed" aria-hidden="true"></span>${words.training}
        <span class="best-dot" aria-hidden="true"></span
        >${scoreEpoch === 'last' ? words.lastEpoch : words.bestEpoch}
      </p>
      <p class="key" id="curves-series"></p>
      ${canvas('curves', words.curves, words.curvesEmpty, chooseTrials)}
    </figure>
    <figure class="panel chart" aria-labelledby="best-title">
      <div class="panel-head"><h2 id="best-title">${words.bestSoFar}</h2></div>
      <p class="muted key">
        <span class="stroke solid" aria-hidden="true"></span>${words.lowest}
        <span class="ring" aria-hidden="true"></span>${words.oneTrial}
      </p>
      ${canvas('best', words.bestSoFar, words.bestEmpty)}
    </figure>
  </div>`
}

export function settingsChart({ language }: Pick<StudyView, 'language'>): Html {
  const words = pageWords(language).charts
  return html`<figure class="panel chart" aria-labelledby="scatter-title">
    <div class="panel-head">
      <h2 id="scatter-title">${words.bySetting}</h2>
      <label class="pick-axis"
        >${words.axis}
        <select id="scatter-axis"></select
      ></label>
    </div>
    <p class="muted key" id="scatter-key"></p>
    ${canvas('scatter', words.bySetting, words.scatterEmpty)}
  </figure>`
}

/** A canvas, the text while it is empty, and its summary. */
function canvas(id: string, label: string, empty: string, summary = ''): Html {
  return html`<div class="canvas">
      <canvas id="${id}" role="img" aria-label="${label}" aria-describedby="${id}-words"></canvas>
      <p class="canvas-empty" id="${id}-empty">${empty}</p>
    </div>
    <figcaption class="muted" id="${id}-words">${summary}</figcaption>`
}
