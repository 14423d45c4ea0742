import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const tune = `"${process.execPath}" "${fileURLToPath(new URL('../../bin/tune.js', import.meta.url))}"`

describe.runIf(existsSync('/dev/full'))('output that nobody takes', () => {
  let studies: string
  beforeEach(() => {
    studies = mkdtempSync(join(tmpdir(), 'tune-output-'))
    mkdirSync(join(studies, 'mine'))
    const program = join(studies, 'train.mjs')
    writeFileSync(
      program,
      `for (let epoch = 1; epoch <= 4; epoch++) {
         await new Promise(done => setTimeout(done, 100))
         console.log(JSON.stringify({ epoch, valLoss: 1 / epoch }))
       }`,
    )
    writeFileSync(
      join(studies, 'mine/study.yaml'),
      `command: [node, "${program}"]\nparameters: { epochs: 4, x: 1..9 }\ntrials: 5\nslots: 1\n`,
    )
  })
  afterEach(() => rmSync(studies, { recursive: true, force: true }))

  function shell(
    line: string,
  ): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
    const env = { ...process.env, TUNE_STUDIES: studies, NO_COLOR: '1' }
    return new Promise(resolve =>
      execFile(
        'bash',
        ['-o', 'pipefail', '-c', line],
        { env, timeout: 120_000 },
        (error, out, err) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, error: err }),
      ),
    )
  }
  async function shown(): Promise<{ state: string; live: boolean; trials: { state: string }[] }> {
    const { out } = await shell(`${tune} study show mine --json`)
    return JSON.parse(out) as { state: string; live: boolean; trials: { state: string }[] }
  }

  it('on a full disk: the study runs to its end, and says once that nothing is written', async () => {
    const { error } = await shell(`${tune} study run mine > /dev/full`)
    expect(error).toBe(
      'tune: the output cannot be written (ENOSPC); the study continues without it\n',
    )
    expect(await shown()).toMatchObject({ state: 'complete', live: false })
  })

  it('on a full disk, stderr too: the study runs to its end', async () => {
    expect((await shell(`${tune} study run mine > /dev/full 2>&1`)).error).toBe('')
    expect((await shown()).trials.map(({ state }) => state)).toEqual(Array(5).fill('complete'))
  })

  it('after a closed pipe: the study stops with its trials saved, and continues', async () => {
    const { error } = await shell(`${tune} study run mine | head -1`)
    expect(error).toBe('')
    expect(await shown()).toMatchObject({ state: 'stopped', live: false })
    expect((await shell(`${tune} study run mine`)).out).toContain('Resuming mine')
    expect((await shown()).state).toBe('complete')
  })

  it('of another command ends it without a stack', async () => {
    expect(await shell(`${tune} study list > /dev/full`)).toEqual({
      code: 1,
      out: '',
      error: 'tune: the output cannot be written (ENOSPC)\n',
    })
    expect((await shell(`${tune} --help | head -1`)).error).toBe('')
    expect((await shell(`${tune} study list | true`)).error).toBe('')
  })
})
