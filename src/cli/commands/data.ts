import { Command, InvalidArgumentError } from 'commander'
import { FINETUNE_DEFAULTS } from '../../kinds/finetune/settings.js'
import { DEFAULTS } from '../../settings/index.js'
import { inspectData, inspectRecord } from '../../study/index.js'
import { FetchBar } from '../fetch-bar.js'
import { jsonOption, printJson, testFrom, integer } from '../options.js'
import { printDataReport, printRecordTrace } from '../data-text.js'

interface Flags {
  readonly model: string
  readonly columns?: Readonly<Record<string, string>>
  readonly maxLength?: number
  readonly validation?: number
  readonly test?: number | string
  readonly seed?: number
  readonly show?: number
  readonly json?: boolean
}

export function dataCommand(): Command {
  return new Command('data')
    .description(
      'show what a data set holds, as a model would see it, and what a study would leave out',
    )
    .argument(
      '<files...>',
      'files, folders or patterns: JSON, JSONL, CSV, XML, Parquet or plain text, each of ' +
        'them also as gzip',
    )
    .requiredOption(
      '--model <dir>',
      'model whose tokenizer and chat template are used: a folder in Hugging Face layout',
    )
    .option(
      '--columns <list>',
      'which column holds what, such as prompt=question,answer=reply (default: guessed by name)',
      columnsFrom,
    )
    .option(
      '--max-length <n>',
      `tokens an example may have (default: ${DEFAULTS.maxLength})`,
      integer(8),
    )
    .option(
      '--validation <share>',
      `share of the examples held back (default: ${FINETUNE_DEFAULTS.validation})`,
      share,
    )
    .option(
      '--test <share>',
      'share of the examples that neither training nor search sees, auto, or a file of ' +
        'them (default: auto)',
      testFrom,
    )
    .option('--seed <n>', `decides which are held back (default: ${DEFAULTS.seed})`, integer(0))
    .option(
      '--show <n>',
      'show one record, from the file to its tokens; counted from 1',
      integer(1),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ tune data answers.jsonl --model ./my-model\n' +
        '  $ tune data "exports/*.csv.gz" --model ./my-model \\\n' +
        '      --columns prompt=Frage,answer=Antwort\n' +
        '  $ tune data answers.jsonl --model ./my-model --show 17',
    )
    .action(async (files: string[], { json, show, ...flags }: Flags) => {
      const fetching = new FetchBar()
      const request = { data: files, ...flags, onFetch: fetching.onFetch }
      if (show !== undefined) {
        const trace = await inspectRecord(request, show).finally(fetching.close)
        return json ? printJson(trace) : printRecordTrace(trace)
      }
      const report = await inspectData(request).finally(fetching.close)
      return json ? printJson(report) : printDataReport(report)
    })
}

const ROLES = ['prompt', 'input', 'answer', 'system', 'history', 'messages', 'text']

/** `prompt=question,answer=reply`. */
export function columnsFrom(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map(pair => {
    const at = pair.indexOf('=')
    const [role, name] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    if (at === -1 || name === '')
      throw new InvalidArgumentError('Write it like prompt=question,answer=reply.')
    if (!ROLES.includes(role))
      throw new InvalidArgumentError(`${JSON.stringify(role)} is not one of ${ROLES.join(', ')}.`)
    return [role, name] as const
  })
  return Object.fromEntries(pairs)
}

function share(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('It must be a number between 0 and 1.')
  return value
}
