export { judge, POLICY } from './judge.js'
export type { CurveHistory, Policy } from './judge.js'
export { LANGUAGES, reasonIn } from './reason.js'
export type { Language } from './reason.js'
