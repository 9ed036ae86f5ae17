import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';
import type { TestRun } from './vitest.ts';

/** Writes a run's result, a `TestRun`, to the file that the option `outputFile` names. */
export default class ResultReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const runs = modules.map(resultOf);
    const failures = [
      ...runs.flatMap(run => run.failures),
      ...unhandled.map(error => described('outside of any test', error)),
    ];
    const passed = runs.reduce((sum, run) => sum + run.passed, 0);
    const file = this.#vitest!.config.outputFile as string;
    writeFileSync(file, JSON.stringify({ passed, failures } satisfies TestRun));
  }
}

/** Cases that failed or were skipped, hooks that failed, and a file of which nothing else says why it did. */
function resultOf(module: TestModule): TestRun {
  const { name } = module.project; // none where there is one project
  const file = `${name && `${name}: `}${module.relativeModuleId}`;
  const cases = [...module.children.allTests()];
  const bad = cases.filter(test => test.result().state !== 'passed');
  const failures = [module, ...module.children.allSuites()].flatMap(suite =>
    suite.errors().map(error => described('fullName' in suite ? `${file} > ${suite.fullName}` : file, error)),
  );
  for (const test of bad) {
    const { state, errors } = test.result();
    failures.push(described(`${file} > ${test.fullName}`, errors?.[0] ?? { message: `It was ${state}.` }));
  }
  if (failures.length === 0 && !module.ok()) failures.push(`${file}: it ended as ${module.state()}.`);
  return { passed: cases.length - bad.length, failures };
}

/** With the first two lines of the message. */
function described(what: string, { name, message }: Partial<SerializedError>): string {
  const text = stripVTControlCharacters(`${name && name !== 'Error' ? `${name}: ` : ''}${message}`);
  const lines = text.split('\n').filter(line => line.trim());
  return [what, ...lines.slice(0, 2).map(line => `    ${line.trim().slice(0, 200)}`)].join('\n');
}
