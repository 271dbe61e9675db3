// In a tree of its own the tiny connector finds the kit where a real one does.
export * from '#connectors/sdk.ts'
