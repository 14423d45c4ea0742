import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isCancel, text } from '@clack/prompts'
import { Command } from 'commander'
import colors from 'picocolors'
import { UserError } from '../../errors.js'
import { isReference } from '../../hub/index.js'
import { readStudy } from '../../storage/index.js'
import { studyDir } from '../../storage/paths.js'
import { openChat } from '../../study/index.js'
import { FetchBar } from '../fetch-bar.js'
import { collect, jsonOption, printJson, studiesOption, integer, type Common } from '../options.js'
import { print } from '../print.js'
import { visibleText } from '../../util/terminal-text.js'

interface Flags extends Common {
  readonly prompt?: string[]
  readonly maxTokens: number
}

export function chatCommand(): Command {
  return new Command('chat')
    .description('chat with the exported model of a study, or any model folder')
    .argument('<name|dir>', 'a study, a folder in Hugging Face layout, or hf:org/name')
    .option('--prompt <text>', 'answer this prompt and exit; may be repeated', collect)
    .option('--max-tokens <n>', 'maximum tokens of an answer', integer(1), 128)
    .addOption(studiesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ tune chat answers\n  $ tune chat ./my-model --prompt "Who are you?"',
    )
    .action(async (target: string, { studies, prompt, json, maxTokens }: Flags) => {
      const model = await modelReference(target, studies)
      const fetching = new FetchBar()
      const chat = await openChat(model, { onProgress: fetching.onFetch }).finally(fetching.close)
      try {
        if (prompt) {
          const answers = await chat.ask(prompt, maxTokens)
          if (json)
            return printJson(
              prompt.map((question, i) => ({ prompt: question, answer: answers[i] })),
            )
          for (const answer of answers) print(visibleText(answer))
          return
        }
        if (!process.stdin.isTTY)
          throw new UserError('tune chat', 'needs a terminal for its questions', 'Use --prompt "…"')
        print(colors.dim(`${model}. An empty line ends the chat.`))
        for (;;) {
          const question = await text({ message: 'You' })
          if (isCancel(question) || !question) return
          print(`  ${visibleText((await chat.ask([question], maxTokens))[0]!)}`)
        }
      } finally {
        await chat.close()
      }
    })
}

/**
 * A name on a hub or a folder with a config.json is a model; anything else is the name of a study
 * with an exported model.
 */
async function modelReference(target: string, studies: string): Promise<string> {
  if (isReference(target)) return target
  if (existsSync(join(target, 'config.json'))) return resolve(target)
  const isPath = /[\\/]/.test(target)
  // Opening it says what the folder or file is in place of a model
  if (existsSync(target) && (isPath || !existsSync(studyDir(resolve(studies), target))))
    return resolve(target)
  if (isPath)
    throw new UserError(
      target,
      'there is no such folder',
      'Give a folder in Hugging Face layout, or the name of a study',
    )
  const { document } = await readStudy(studyDir(resolve(studies), target))
  if (!document.export?.verified)
    throw new UserError(
      `study ${target}`,
      'has no exported model yet',
      `Run the study to its end first: tune study run ${target}`,
    )
  return document.export.dir
}
