import { parentPort } from 'node:worker_threads'
import { serializeError } from '../../trial/serialized-error.js'
import { decide, type Standing } from './decide.js'
import type { Answer } from './decider.js'

/** The thread of `openDecider`. */
parentPort!.on('message', (standing: Standing) => {
  parentPort!.postMessage(answerTo(standing))
})

function answerTo(standing: Standing): Answer {
  try {
    return { decision: decide(standing) }
  } catch (error) {
    return { error: serializeError(error) }
  }
}
