/**
 * What V8 is told in workers, whoever starts them. The young generation holds what a worker has in hand at once; by
 * default V8 takes twice as much. What a sync lists is soon garbage: by itself V8 lets far more of it gather.
 */
export const WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=16', '--heap-growing-percent=60'];
