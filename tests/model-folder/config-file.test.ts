import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfigFile } from '../../src/model-folder/config-file.js'
import { openModel } from '../../src/model-folder/open-model.js'
import { CONFIG, temporaryFolder, writeTinyModel } from './fixtures.js'

const root = temporaryFolder()

describe('an error in a configuration file', () => {
  it('names line and column of the field', async () => {
    const path = join(root, 'config.json')
    writeFileSync(path, '{\n  "a": 1,\n  "rope": { "factor": [0, 2] }\n}\n')
    const file = (await readConfigFile(path))!
    expect(file.at('a')).toBe(`${path}, line 2, column 8`)
    expect(file.at('rope', 'factor', 1)).toBe(`${path}, line 3, column 27`)
    expect(file.at('missing')).toBe(path)
  })

  it('of a model is reported where it is', async () => {
    const dir = await writeTinyModel(join(root, 'model'))
    const { num_hidden_layers: _, ...config } = CONFIG
    const text = JSON.stringify({ ...config, num_hidden_layers: '5' }, null, 2)
    writeFileSync(join(dir, 'config.json'), text)
    const line = text.split('\n').findIndex(row => row.includes('num_hidden_layers')) + 1
    await expect(openModel(dir)).rejects.toThrow(
      `config.json, line ${line}, column 24: num_hidden_layers is "5"`,
    )
  })

  it('of a chat template is reported where it is', async () => {
    const dir = await writeTinyModel(join(root, 'model'))
    const path = join(dir, 'tokenizer_config.json')
    writeFileSync(path, '{\n"chat_template": "{% if %}"}')
    await expect(openModel(dir)).rejects.toThrow(`${path}, line 2, column 18: the chat template`)
  })
})
