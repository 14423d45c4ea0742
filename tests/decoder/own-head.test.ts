import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { configFile } from '../../src/model-folder/config-file.js'
import { readDecoderConfig } from '../../src/model-folder/decoder-config.js'
import type { JsonObject } from '../../src/model-folder/json-file.js'
import { readWeights } from '../../src/model-folder/open-model.js'
import { writeSafetensors } from '../../src/model-folder/safetensors.js'
import { findWeights } from '../../src/model-folder/weight-files.js'
import { EMBEDDING, HEAD } from '../../src/decoder/weights.js'
import { generate } from '../../src/decoder/generate/generate.js'
import { runnablesOn } from '../../src/decoder/runnables.js'
import { engineFor, engines } from './engines.js'
import { familyWeights } from './families.js'
import { logitsProgram } from './programs.js'

/** Made by scripts/golden/own_head.py. */
const { cases } = JSON.parse(
  readFileSync(new URL('../golden/own-head.json', import.meta.url), 'utf8'),
) as {
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly config: JsonObject
        readonly tensors: readonly string[]
        readonly sameHead: boolean
        readonly tied: boolean
        readonly tokens: readonly number[]
        readonly lastLogits: readonly number[]
        readonly greedy: readonly number[]
      }
    >
  >
}

const root = mkdtempSync(join(tmpdir(), 'tune-head-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe.each(engines)('on %s', name => {
  const engine = engineFor(name)

  it.each(Object.entries(cases))('%s: has the head and logits of transformers', async (at, c) => {
    const asked = readDecoderConfig(configFile('config.json', c.config))
    const all = familyWeights({ ...asked, tied: false })
    const embedding = EMBEDDING[asked.architecture]
    const dir = join(root, `${name} ${at.replaceAll(/\W+/g, '-')}`)
    mkdirSync(dir)
    const full = (stored: string): string =>
      Object.keys(all).find(key => key === stored || key.endsWith(`.${stored}`))!
    await writeSafetensors(
      join(dir, 'model.safetensors'),
      Object.fromEntries(
        c.tensors.map(stored => [
          stored,
          all[stored === HEAD && c.sameHead ? embedding : full(stored)]!,
        ]),
      ),
    )

    const { config, files } = await findWeights(dir, asked)
    expect(config.tied).toBe(c.tied)
    const on = await engine()
    const state = await on.createState(await readWeights({ files }))
    const runnables = runnablesOn(on)
    const length = c.tokens.length
    const program = await runnables.get('logits', () => logitsProgram(config, { rows: 1, length }))
    const { logits } = await program.run(state, {
      tokens: { shape: [1, length], dtype: 'int32', data: Int32Array.from(c.tokens) },
    })
    const last = [...(logits!.data as Float32Array).slice(-config.vocabulary)]
    expect(Math.max(...last.map((value, i) => Math.abs(value - c.lastLogits[i]!)))).toBeLessThan(
      1e-4,
    )
    expect(
      await generate({ engine: on, config, state, runnables }, [c.tokens], {
        maxTokens: 24,
        eos: [],
      }),
    ).toEqual([c.greedy])
    state.dispose()
    await runnables.dispose()
  })
})
