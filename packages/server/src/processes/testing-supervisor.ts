import { createLogger } from '../platform/log.ts';
import { supervise } from './supervise.ts';

// Supervises one process that writes its id into the file that argument 1 names.
const entry = new URL('./testing-supervised.ts', import.meta.url);
const message = { file: process.argv[2], dies: false };
supervise({ count: 1, entry, message, log: createLogger({ level: 'silent' }) });
