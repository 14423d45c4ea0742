import { hostname } from 'node:os'
import { Command } from 'commander'
import { askTrial } from '../../study/index.js'
import { jsonOption, printJson, studiesOption, integer, type Common } from '../options.js'
import { print } from '../print.js'

interface Flags extends Common {
  readonly trial?: number
  readonly owner?: string
}

/** Exit code of `ask` when there is no trial to train. */
const NOTHING = 3

export function studyAskCommand(): Command {
  return new Command('ask')
    .description('get the next trial, to train it outside of the study')
    .argument('<name>')
    .option('--trial <n>', 'hand out again a trial whose caller is gone', integer(0))
    .option('--owner <text>', 'who asks, for people (default: this host and the calling process)')
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nWithout a trial to hand out it says why, and exits with code ` +
        `${NOTHING}.\n\nExamples:\n  $ tune study ask answers --json\n  ` +
        `{"kind":"trial","trial":{"number":0,"attempt":1,"params":{"lr":0.001}, …}}\n  $ ` +
        'tune study tell answers 0 --val-loss 0.3',
    )
    .action(async (name: string, { studies, json, trial, owner }: Flags) => {
      const answer = await askTrial({
        name,
        studies,
        trial,
        owner: owner ?? `${hostname()}:${process.ppid}`,
      })
      if (answer.kind === 'nothing') process.exitCode = NOTHING
      if (json) return printJson(answer)
      if (answer.kind === 'nothing') {
        const { reason, running } = answer
        return print(
          `No trial: ${reason}${running.length > 0 ? ` (running: ${running.join(', ')})` : ''}.`,
        )
      }
      const { number, params, epochs, epochsRun, rationale } = answer.trial
      print(`Trial ${number}`)
      for (const [key, value] of Object.entries(params)) print(`  ${key}: ${value}`)
      if (epochs !== null)
        print(`  train to epoch ${epochs}${epochsRun > 0 ? `, from ${epochsRun}` : ''}`)
      if (rationale !== null) print(`  ${rationale}`)
      print(`Then: tune study tell ${name} ${number} --val-loss LOSS`)
    })
}
