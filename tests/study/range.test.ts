import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { readParameter, writeParameter } from '../../src/settings/parameter-input.js'

describe('a parameter as people write it', () => {
  it('is a range, on the scale its name calls for', () => {
    expect(readParameter('learningRate', '1e-5..1e-2', 'x')).toEqual({
      kind: 'float',
      name: 'learningRate',
      low: 1e-5,
      high: 1e-2,
      scale: 'log',
    })
    expect(readParameter('epochs', '1..20', 'x')).toEqual({
      kind: 'int',
      name: 'epochs',
      low: 1,
      high: 20,
      scale: 'linear',
    })
    expect(readParameter('weightDecay', '0..0.1', 'x')).toMatchObject({
      low: 0,
      high: 0.1,
      scale: 'linear',
    })
  })

  it('is a list, whose repetitions count once', () => {
    expect(readParameter('batchSize', '4, 8,16,8', 'x')).toEqual({
      kind: 'categorical',
      name: 'batchSize',
      choices: [4, 8, 16],
    })
    expect(readParameter('batchSize', [4, 8], 'x')).toEqual({
      kind: 'categorical',
      name: 'batchSize',
      choices: [4, 8],
    })
  })

  it('is one value, which is then fixed', () => {
    expect(readParameter('epochs', 5, 'x')).toEqual({
      kind: 'categorical',
      name: 'epochs',
      choices: [5],
    })
  })

  it.each([
    ['learningRate', 'abc', '"abc" is not a number'],
    ['learningRate', '2', '2 is outside above 0, at most 1'],
    ['learningRate', '-1e-3', '-1e-3 is outside'],
    ['learningRate', '0..0.1', '0 is outside'],
    ['learningRate', '', '"" is not a number'],
    ['learningRate', '1e-4..', '"" is not a number'],
    ['learningRate', '1e-5..1e-4..1e-3', 'is not a range'],
    ['batchSize', '0', '0 is outside 1 to 65536'],
    ['batchSize', '2.5', '2.5 is not a whole number'],
    ['epochs', '5..1', '5..1 runs backwards'],
    ['epochs', [], 'is an empty list'],
    ['depth', '1..2', '"depth" is not a parameter of a fine-tuning'],
    ['__proto__', '1', 'is not a parameter'],
  ] as const)('is refused in words when %s is %j', (name, written, message) => {
    expect(() => readParameter(name, written, '--flag')).toThrow(UserError)
    expect(() => readParameter(name, written, '--flag')).toThrow(message)
  })

  it('is written back as it was read', () => {
    for (const [name, written] of [
      ['learningRate', '0.00001..0.01'],
      ['epochs', '1..20'],
      ['batchSize', [4, 8]],
    ] as const) {
      const parameter = readParameter(name, written, 'x')
      expect(readParameter(name, writeParameter(parameter) as string, 'x')).toEqual(parameter)
    }
  })
})
