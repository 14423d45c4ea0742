import { defineConfig } from 'vitest/config'

/** Tests that open the pages in Debian's chromium: `scripts/setup-browser.sh` puts it in place. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['tests/browser/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
