import { trialKind, type Fact } from '../../kinds/index.js'
import {
  format,
  remarkLines,
  reportWords,
  settingName,
  type Language,
  type StudyView,
} from '../../report/index.js'
import type { DataRemarks } from '../../record/data-report.js'
import { pageWords } from '../words/index.js'
import { html, none, type Html } from './html.js'

/** The exported model, and its sources. */
export function facts(view: StudyView): Html {
  return html`<div class="stack">${exportedModel(view)}${sources(view)}</div>`
}

function exportedModel({ export: record, name, best, language }: StudyView): Html {
  const words = pageWords(language).facts
  if (!record)
    return panel(
      words.exportedModel,
      html`<p class="muted">
        ${best ? words.exportLater : words.noModel} <code>tune export ${name}</code>
      </p>`,
    )
  const { epoch, trial, dir, verified, recheckedValLoss, valLoss } = record
  if (recheckedValLoss === null)
    return panel(
      words.exportedFiles,
      html`<p>${words.files(epoch, trial)}</p>
        <pre class="command">${dir}</pre>
        <p class="good">${words.filesVerified}</p>`,
    )
  const measured = format.loss(recheckedValLoss)
  return panel(
    words.exportedModel,
    html`<p>${words.folder(epoch, trial)}</p>
      <pre class="command">${dir}</pre>
      <p class="${verified ? 'good' : 'bad'}">
        ${verified ? words.verified(measured) : words.notVerified(measured, format.loss(valLoss))}
      </p>
      <p class="muted">${words.chat} <code>tune chat ${name}</code></p>`,
  )
}

function panel(title: string, content: Html): Html {
  return html`<section class="panel" aria-labelledby="export-title">
    <h2 id="export-title">${title}</h2>
    ${content}
  </section>`
}

function sources(view: StudyView): Html {
  const { preparation, language } = view
  const words = pageWords(language).facts
  const rows = [
    ...taskRows(view),
    ...searchRows(view),
    ...(preparation ? [[words.engine, preparation.engine] as const] : []),
  ]
  return html`<section class="panel" aria-labelledby="facts-title">
    <h2 id="facts-title">${words.source}</h2>
    <dl class="facts">
      ${rows.map(
        ([label, text]) =>
          html`<dt>${label}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
    ${preparation?.data.remarks ? dataRemarks(preparation.data.remarks, language) : none}
    ${preparation && preparation.data.dropped.length > 0 ? skippedRecords(view) : none}
  </section>`
}

/** Label, empty below another text of the same label, and text. */
type FactRow = readonly [label: string, text: string]

function taskRows({ task, preparation, language }: StudyView): FactRow[] {
  const [first, ...rows] = trialKind(task)
    .describe(task)
    .map(fact => factRow(fact, language))
  if (!preparation || first === undefined) return [first, ...rows].filter(row => row !== undefined)
  return [first, modelRow(preparation, language), ...rows, ...dataRows(preparation, language)]
}

function factRow({ label, text }: Fact, language: Language): FactRow {
  return [label[language], typeof text === 'string' ? text : text[language]]
}

type Preparation = NonNullable<StudyView['preparation']>

function modelRow({ model }: Preparation, language: Language): FactRow {
  return [
    '',
    pageWords(language).facts.architecture({
      name: model.architecture,
      parameters: format.magnitude(model.parameters),
      layers: model.layers,
      width: model.width,
      vocabulary: format.count(model.vocabulary),
    }),
  ]
}

function dataRows({ data }: Preparation, language: Language): FactRow[] {
  const words = pageWords(language).facts
  const split = words.split({
    format: data.format,
    examples: data.examples,
    train: format.count(data.train),
    validation: format.count(data.validation),
    test: data.test ? format.count(data.test) : null,
  })
  const tokens = words.tokens({
    answers: data.trainedTokens,
    duplicates: data.duplicates,
    truncated: format.count(data.truncated),
    skipped: format.count(data.droppedCount ?? data.dropped.length),
  })
  return [
    ['', split],
    ['', tokens],
  ]
}

function searchRows(view: StudyView): FactRow[] {
  const { task, space, language, sampler, seed, earlyStopping, pruner, minGainPerEpoch } = view
  const words = pageWords(language).facts
  const { values } = reportWords(language)
  return [
    [words.search, words.searchText({ sampler, seed, earlyStopping, pruner, minGainPerEpoch })],
    ...space.map((parameter): FactRow => [
      format.sentence(settingName(parameter.name, language)),
      parameter.kind === 'categorical'
        ? parameter.choices.map(choice => format.paramValue(choice, values)).join(', ')
        : words.range(
            format.paramValue(parameter.low),
            format.paramValue(parameter.high),
            parameter.scale === 'log',
          ),
    ]),
    ...trialKind(task)
      .describeSettings(task)
      .map(fact => factRow(fact, language)),
  ]
}

function dataRemarks(remarks: DataRemarks, language: Language): Html {
  const lines = remarkLines(remarks)
  if (lines.length === 0) return html``
  return html`<details id="data-remarks">
    <summary>${pageWords(language).facts.remarks(lines.length)}</summary>
    <ul>
      ${lines.map(line => html`<li>${line}</li>`)}
    </ul>
  </details>`
}

function skippedRecords({ preparation, language }: StudyView): Html {
  const words = pageWords(language).facts
  const { dropped, droppedCount: all = dropped.length } = preparation!.data
  const shown = dropped.slice(0, 20)
  return html`<details id="dropped">
    <summary>${words.skipped(all)}</summary>
    <ul>
      ${shown.map(({ file, line, reason }) => html`<li>${words.place(file, line)}: ${reason}</li>`)}
      ${all > shown.length ? html`<li>${words.more(format.count(all - shown.length))}</li>` : none}
    </ul>
  </details>`
}
