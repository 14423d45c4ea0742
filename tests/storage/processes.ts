import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

const dist = join(import.meta.dirname, '../../dist')

/**
 * Another process that runs a script with the compiled storage room at hand, killed with the test
 * at the latest.
 */
export function otherProcess(script: string, ...args: readonly string[]): ChildProcess {
  const url = pathToFileURL(join(dist, 'storage/index.js')).href
  const prelude = `const storageUrl = ${JSON.stringify(url)}\nconst storage = await import(storageUrl)\nconst args = process.argv.slice(1)\n`
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', prelude + script, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** The first line that a process prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout!) {
    text += String(chunk)
    if (text.includes('\n')) return text.split('\n')[0]!
  }
  throw new Error(`the process printed no line: ${text}`)
}

export async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
