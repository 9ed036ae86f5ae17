import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export default defineConfig({ test: { include: ['src/**/*.test.ts'], pool: 'forks', ...shared } });
