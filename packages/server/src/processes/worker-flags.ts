/**
 * The options of V8 for workers, both those beside a server and those that run by themselves. The young generation
 * holds what a worker has in hand at once; by default V8 takes twice as much. What a sync lists is soon garbage: by
 * default V8 lets far more of it gather.
 */
export const WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=16', '--heap-growing-percent=60'];
