/** @type {readonly import('../check-cases.mjs').Case[]} */
export default []
