/** Runs once before all tests; what several files need (a PostgreSQL) is started on first use, not here. */
export async function globalSetup(): Promise<void> {}

export async function globalTeardown(): Promise<void> {}
