import { Command } from 'commander'
import colors from 'picocolors'
import { interruption } from '../interrupt.js'
import { studiesOption, integer, type Common } from '../options.js'
import { DEFAULT_PORT, servePages } from '../pages.js'

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the leaderboard page, on this machine only')
    .option('--port <n>', `port; 0 selects a free one (default: ${DEFAULT_PORT})`, integer(0))
    .addOption(studiesOption())
    .addHelpText('after', '\nExample:\n  $ tune serve --port 8080')
    .action(async ({ studies, port = DEFAULT_PORT }: Common & { readonly port?: number }) => {
      const page = await servePages(studies, port)
      console.log(`Leaderboard: ${colors.bold(page.url)}   (Ctrl-C ends it)`)
      await interruption()
      await page.close()
    })
}
