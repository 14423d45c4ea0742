import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const bin = join(import.meta.dirname, '../../bin/tune.js')
const studies = mkdtempSync(join(tmpdir(), 'tune-cli-ask-'))

function tune(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', CI: '' },
  })
  return { status, stdout, stderr }
}

const study = (...words: readonly string[]) => tune('study', ...words, '--studies', studies)
const json = (...words: readonly string[]) =>
  JSON.parse(study(...words, '--json').stdout) as Record<string, unknown>

describe('a study whose callers train, by the command line', () => {
  it('is created, asked, told and shown', () => {
    const space = ['--param', 'lr=1e-5..1e-1', '--sampler', 'random', '--trials', '3']
    expect(study('create', 'theirs', '--external', ...space).status).toBe(0)
    const first = json('ask', 'theirs')
    expect(first).toMatchObject({ kind: 'trial', trial: { number: 0, attempt: 1 } })
    expect(json('tell', 'theirs', '0', '--val-loss', '0.5')).toEqual({
      accepted: true,
      state: 'complete',
    })
    expect(json('ask', 'theirs')).toMatchObject({ kind: 'trial', trial: { number: 1 } })
    expect(json('tell', 'theirs', '1', '--failed', 'out of disk')).toMatchObject({
      state: 'failed',
    })
    expect(json('show', 'theirs')).toMatchObject({ best: { number: 0, valLoss: 0.5 } })
  })

  it('keeps a trial whose caller was killed between ask and tell', async () => {
    const words = [bin, 'study', 'ask', 'theirs', '--json', '--studies', studies]
    const caller = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(caller.stdout, 'data')) as [Buffer]
    caller.kill('SIGKILL')
    expect(JSON.parse(String(line))).toMatchObject({ trial: { number: 2 } })
    expect(json('show', 'theirs')).toMatchObject({ progress: { finished: 2 } })
    // The budget is handed out: the answer says why, and which trial is awaited.
    expect(json('ask', 'theirs')).toMatchObject({ kind: 'nothing', running: [2] })
    expect(json('tell', 'theirs', '2', '--val-loss', '0.1')).toMatchObject({ accepted: true })
    expect(json('show', 'theirs')).toMatchObject({ best: { number: 2 }, state: 'complete' })
  })

  it('refuses what does not fit, with what to do', () => {
    const late = study('tell', 'theirs', '2', '--val-loss', '0.2')
    expect(late.stdout + late.stderr).toContain('trial 2')
    const missing = study('tell', 'theirs', '9', '--val-loss', '0.2')
    expect(missing.status).not.toBe(0)
    expect(missing.stderr).toContain('trial 9')
  })
})
