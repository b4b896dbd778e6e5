#!/usr/bin/env node
/**
 * The door of the `fenghuo` program. Files, names of hosts and passwords are asked for on a handful of threads; each write that a
 * hung disk holds keeps one, and with the usual four nobody could sign in any more. How many there are is settled before the first
 * of them is used, so it is said here; everything else is main.ts.
 */
process.env.UV_THREADPOOL_SIZE ??= '16';
void import('./main.ts');
