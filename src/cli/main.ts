import { run } from './program.js'

// `tune … | head` closes the pipe: whoever reads has enough, so the command ends quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

process.exitCode = await run(process.argv)
