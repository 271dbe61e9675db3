// Five kinds of tests. Unit tests need nothing; the others share one real broker and run one file at a time,
// since the machine that runs them has few cores and a busy broker makes timings lie.
import { defineConfig } from 'vitest/config'

const withBroker = {
  globalSetup: ['test/helpers/global-broker.ts'],
  pool: 'forks' as const,
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 90_000,
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,property,house,conformance}/**/*.test.ts'],
          testTimeout: 20_000,
          // They keep nothing between them: loading the same modules for a hundred files took longer than the tests.
          pool: 'threads',
          isolate: false,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,regression}/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          ...withBroker,
        },
      },
      {
        test: { name: 'scenario', include: ['test/scenario/**/*.test.ts'], sequence: { groupOrder: 2 }, ...withBroker },
      },
      {
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          sequence: { groupOrder: 3 },
          ...withBroker,
          testTimeout: 300_000,
        },
      },
      {
        // Not part of `npm test`: a step of its own, with a cluster of its own.
        test: { name: 'storm', include: ['test/storm/**/*.test.ts'], pool: 'forks', sequence: { groupOrder: 4 } },
      },
    ],
  },
})
