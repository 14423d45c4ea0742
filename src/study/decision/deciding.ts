import { parentPort } from 'node:worker_threads'
import { serializeError } from '../../trial/serialized-error.js'
import { decide, type DecisionInput } from './decide.js'
import type { Answer } from './decider.js'

/** The thread of a `Decider`. */
parentPort!.on('message', (input: DecisionInput) => {
  parentPort!.postMessage(answerTo(input))
})

function answerTo(input: DecisionInput): Answer {
  try {
    return { decision: decide(input) }
  } catch (error) {
    return { error: serializeError(error) }
  }
}
