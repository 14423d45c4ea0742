import { kindOf, type Fact } from '../../kinds/index.js'
import { format, type StudyView } from '../../report/index.js'
import { html, none, type Html } from './html.js'

/** The exported model, and what it was made from. */
export function facts(view: StudyView): Html {
  return html`<div class="stack">${exported(view)}${madeFrom(view)}</div>`
}

function exported({ export: made, name, best }: StudyView): Html {
  if (!made) {
    const when = best
      ? 'The best model is exported when the study ends; '
      : 'There is no model to export yet; afterwards '
    return html`<section class="panel" aria-labelledby="export-title">
      <h2 id="export-title">Exported model</h2>
      <p class="muted">${when}<code>tune export ${name}</code> does it by hand.</p>
    </section>`
  }
  if (made.recheckedValLoss === null) {
    return html`<section class="panel" aria-labelledby="export-title">
      <h2 id="export-title">Exported files</h2>
      <p>What the training saved at epoch ${made.epoch} of trial ${made.trial}:</p>
      <pre class="command">${made.dir}</pre>
      <p class="good">Verified: the files are, byte for byte, those that the training saved.</p>
    </section>`
  }
  const verified = made.verified
    ? `Verified: reloaded from disk, it measures a validation loss of ${format.loss(made.recheckedValLoss)}, as the trial did.`
    : `Not verified: the reloaded files measure ${format.loss(made.recheckedValLoss)} where ${format.loss(made.valLoss)} was recorded.`
  return html`<section class="panel" aria-labelledby="export-title">
    <h2 id="export-title">Exported model</h2>
    <p>Epoch ${made.epoch} of trial ${made.trial}, as a Hugging Face folder:</p>
    <pre class="command">${made.dir}</pre>
    <p class="${made.verified ? 'good' : 'bad'}">${verified}</p>
    <p class="muted">Talk to it: <code>tune chat ${name}</code></p>
  </section>`
}

function madeFrom({
  preparation,
  task,
  space,
  sampler,
  pruner,
  minGainPerEpoch,
  seed,
  earlyStopping,
}: StudyView): Html {
  const kind = kindOf(task)
  const rows: [string, string][] = [
    ...rowsOf(kind.describe(task)),
    [
      'Search',
      `${sampler}, seed ${seed}${earlyStopping === 'verdict' ? ', trials that overfit are stopped early' : earlyStopping !== 'off' ? `, trials are stopped by ${earlyStopping}` : ''}${pruner === undefined ? '' : `, trials that lag behind are given up by ${pruner}`}${minGainPerEpoch === undefined ? '' : `, until no epoch is expected to gain ${minGainPerEpoch}`}`,
    ],
    ...space.map((parameter): [string, string] => [
      format.sentence(format.paramName(parameter.name)),
      parameter.kind === 'categorical'
        ? parameter.choices.map(format.paramValue).join(', ')
        : `${format.paramValue(parameter.low)} to ${format.paramValue(parameter.high)}${parameter.scale === 'log' ? ', on a log scale' : ''}`,
    ]),
    ...rowsOf(kind.describeSettings(task)),
  ]
  if (preparation) {
    const { model, data, engine } = preparation
    rows.splice(1, 0, [
      '',
      `${model.architecture}, ${format.magnitude(model.parameters)} parameters: ${model.layers} layers of width ${model.width}, vocabulary ${format.count(model.vocabulary)}`,
    ])
    rows.splice(3, 0, [
      '',
      `${data.format}: ${format.plural(data.examples, 'example')}, ${format.count(data.train)} to train on, ${format.count(data.validation)} to validate with and ${data.test ? format.count(data.test) : 'none'} to test with`,
    ])
    rows.splice(4, 0, [
      '',
      `${format.plural(data.trainedTokens, 'token')} of answers; ${format.plural(data.duplicates, 'duplicate')}, ${format.count(data.truncated)} cut short, ${format.count(data.droppedCount ?? data.dropped.length)} left out`,
    ])
    rows.push(['Engine', engine])
  }
  return html`<section class="panel" aria-labelledby="facts-title">
    <h2 id="facts-title">Made from</h2>
    <dl class="facts">
      ${rows.map(
        ([label, text]) =>
          html`<dt>${label}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
    ${preparation && preparation.data.dropped.length > 0 ? droppedLines(preparation.data) : none}
  </section>`
}

function rowsOf(facts: readonly Fact[]): [string, string][] {
  return facts.map(({ label, text }) => [label, text])
}

function droppedLines({
  dropped,
  droppedCount: all = dropped.length,
}: NonNullable<StudyView['preparation']>['data']): Html {
  const shown = dropped.slice(0, 20)
  return html`<details id="dropped">
    <summary>${format.plural(all, 'record')} of the data left out</summary>
    <ul>
      ${shown.map(({ file, line, reason }) => html`<li>${file === undefined ? 'Line' : `${file} line`} ${line}: ${reason}</li>`)}${all > shown.length ? html`<li>and ${format.count(all - shown.length)} more</li>` : none}
    </ul>
  </details>`
}
