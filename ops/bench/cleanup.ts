// Undoes what was started, last first, whatever fails on the way.

export interface Cleanup {
  add(undo: () => void | Promise<void>): void
  run(): Promise<void>
}

export function createCleanup(): Cleanup {
  const undos: (() => void | Promise<void>)[] = []
  return {
    add: undo => void undos.push(undo),
    async run() {
      for (let undo = undos.pop(); undo; undo = undos.pop()) {
        try {
          await undo()
        } catch {
          // The next ones still have to be undone.
        }
      }
    },
  }
}
