export { serve, type Serving } from './serve.js'
export { studiesIn, type StudySource } from './source.js'
