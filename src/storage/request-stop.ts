import { callManager } from './control-client.js'

/**
 * Asks the manager that runs the study to stop: running epochs end, the state is saved.
 *
 * @returns false when nobody runs it
 * @throws UserError when somebody does but doesn't answer
 */
export async function requestStop(dir: string): Promise<boolean> {
  return (await callManager(dir, 'stop', null, { until: 'accepted' })).kind === 'answer'
}
