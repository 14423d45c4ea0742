export { serve, type ServeOptions, type Serving } from './serve.js'
export { studiesIn, type StudySource } from './source.js'
