import { defineConfig } from 'vitest/config'

/** Tests that need no build, no engine and no process: `npm run test:unit` takes under a minute. */
export default defineConfig({
  test: {
    pool: 'threads',
    include: [
      'architecture',
      'dataset/readers',
      'math',
      'overfit',
      'ranking',
      'record',
      'report',
      'search',
      'settings',
      'space',
      'util',
    ].map(folder => `tests/${folder}/**/*.test.ts`),
  },
})
