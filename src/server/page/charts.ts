import type { StudyView } from '../../report/index.js'
import { html, type Html } from './html.js'

/** The frames that the scripts draw into. Each canvas has its picture in words beside it. */
export function progressCharts({ scoreEpoch }: Pick<StudyView, 'scoreEpoch'>): Html {
  return html`<div class="two">
    <figure class="panel chart" aria-labelledby="curves-title">
      <div class="panel-head">
        <h2 id="curves-title">Learning curves</h2>
        <button type="button" class="button small" id="clear-picks" hidden>
          Show the best three
        </button>
      </div>
      <p class="muted key">
        <span class="stroke solid" aria-hidden="true"></span>validation
        <span class="stroke dashed" aria-hidden="true"></span>training
        <span class="best-dot" aria-hidden="true"></span
        >${scoreEpoch === 'last' ? 'last epoch, which counts' : 'best epoch'}
      </p>
      <p class="key" id="curves-series"></p>
      <div class="canvas">
        <canvas
          id="curves"
          role="img"
          aria-label="Learning curves"
          aria-describedby="curves-words"
        ></canvas>
        <p class="canvas-empty" id="curves-empty">Curves appear after the first epoch.</p>
      </div>
      <figcaption class="muted" id="curves-words">
        Choose trials by clicking their rows in the leaderboard.
      </figcaption>
    </figure>
    <figure class="panel chart" aria-labelledby="best-title">
      <div class="panel-head"><h2 id="best-title">Best so far</h2></div>
      <p class="muted key">
        <span class="stroke solid" aria-hidden="true"></span>lowest validation loss
        <span class="ring" aria-hidden="true"></span>one trial
      </p>
      <div class="canvas">
        <canvas
          id="best-so-far"
          role="img"
          aria-label="Best validation loss so far"
          aria-describedby="best-words"
        ></canvas>
        <p class="canvas-empty" id="best-empty">
          The first point comes with the first complete trial.
        </p>
      </div>
      <figcaption class="muted" id="best-words"></figcaption>
    </figure>
  </div>`
}

export function settingsChart(): Html {
  return html`<figure class="panel chart" aria-labelledby="scatter-title">
    <div class="panel-head">
      <h2 id="scatter-title">Which settings work</h2>
      <label class="pick-axis"
        >across
        <select id="scatter-axis"></select
      ></label>
    </div>
    <p class="muted key" id="scatter-key"></p>
    <div class="canvas">
      <canvas
        id="scatter"
        role="img"
        aria-label="Validation loss by setting"
        aria-describedby="scatter-words"
      ></canvas>
      <p class="canvas-empty" id="scatter-empty">
        Two trials with different settings make a picture.
      </p>
    </div>
    <figcaption class="muted" id="scatter-words"></figcaption>
  </figure>`
}
