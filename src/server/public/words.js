// The texts of the scripts, in the language of the page: the server puts them into its body.

/**
 * @typedef {object} Words
 * @property {string} live
 * @property {string} lost
 * @property {string} paused
 * @property {string} gone
 * @property {string} trial
 * @property {string} trialAxis
 * @property {string} epoch
 * @property {string} epochAxis
 * @property {string} lossAxis
 * @property {string} validationLoss
 * @property {string} validationOfTrial
 * @property {string} trainingOfTrial
 * @property {string} bestEpoch
 * @property {string} bestSoFar
 * @property {string} logScale
 * @property {string} chooseTrials
 * @property {Record<string, string>} verdicts
 */

/** @type {Words} */
export const words = JSON.parse(document.body.dataset.words ?? '{}')

/**
 * Puts a value into the place that a text has for it.
 *
 * @param {string} text with `{}`
 * @param {string | number | undefined} value
 */
export function fill(text, value) {
  return text.replace('{}', String(value ?? ''))
}
