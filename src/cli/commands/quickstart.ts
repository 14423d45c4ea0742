import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import colors from 'picocolors'
import { UserError } from '../../errors.js'
import { isFinished } from '../../record/trial.js'
import { makeStudyFolder, readStudy, replaceStudyFile } from '../../storage/index.js'
import { studyDir, definitionPath } from '../../storage/paths.js'
import { readDefinition } from '../../study/specification.js'
import { writeDefinition } from '../../study/definition/write.js'
import { interruption } from '../interrupt.js'
import { studiesOption, integer, type Common } from '../options.js'
import { DEFAULT_PORT, servePages } from '../pages.js'
import { runWithProgress } from './study-run.js'
import { print } from '../print.js'

const NAME = 'quickstart'
const SHIPPED = fileURLToPath(new URL('../../../studies/quickstart/study.yaml', import.meta.url))
/** Trials that another run adds to a complete study. */
const FURTHER = 4

export function quickstartCommand(): Command {
  return new Command(NAME)
    .description('run a complete example: a small model, its data, twelve trials, the best model')
    .option('--port <n>', `port of the leaderboard page (default: ${DEFAULT_PORT})`, integer(0))
    .addOption(studiesOption())
    .addHelpText('after', '\nA second run adds further trials.\n\nExample:\n  $ tune quickstart')
    .action(async ({ studies, port = DEFAULT_PORT }: Common & { readonly port?: number }) => {
      const dir = studyDir(resolve(studies), NAME)
      await placeDefinition(definitionPath(dir))
      const page = await openPage(studies, port)
      print(`Watch it live: ${colors.bold(page.link(`studies/${NAME}`))}\n`)
      try {
        const document = await runWithProgress(
          { name: NAME, studies, ...(await further(dir)) },
          { studies },
        )
        if (document.state === 'failed') process.exitCode = 1
        if (document.state !== 'complete') return
        print(`\nTalk to it:   ${colors.bold(`npx --no-install tune chat ${NAME}`)}`)
        if (process.stdout.isTTY) {
          print(`Leaderboard:  ${colors.bold(page.link(`studies/${NAME}`))}   (Ctrl-C ends it)`)
          await interruption()
        } else
          print(`Leaderboard:  ${colors.bold('npx --no-install tune serve')}   (prints a link)`)
      } finally {
        await page.close()
      }
    })
}

/** Writes the shipped definition into the user's studies, with paths relative to it. */
async function placeDefinition(file: string): Promise<void> {
  if (existsSync(file)) return
  const spec = readDefinition(SHIPPED, NAME)
  await makeStudyFolder(dirname(file))
  await replaceStudyFile(file, writeDefinition(spec, file))
}

/** The search does not need the page: if the port is in use, another one serves. */
async function openPage(studies: string, port: number) {
  try {
    return await servePages(studies, port)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return await servePages(studies, 0)
  }
}

async function further(dir: string): Promise<{ more?: number }> {
  if (!existsSync(join(dir, 'study.json'))) return {}
  const { document } = await readStudy(dir)
  const isComplete =
    document.state === 'complete' && document.trials.length > 0 && document.trials.every(isFinished)
  return isComplete ? { more: FURTHER } : {}
}
