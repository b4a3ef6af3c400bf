import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { FullConfig, FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import type { Capabilities } from '../capabilities.ts';
import { verdictsOf } from '../conformance/found.ts';
import { withHistory } from '../conformance/history.ts';
import { markdown } from '../conformance/markdown.ts';
import { page } from '../conformance/page.ts';
import { readConformance } from '../conformance/read.ts';
import {
  ruleReports,
  summarize,
  unexplainedBlocks,
  type Conformance,
  type RuleReport,
  type TestVerdict,
} from '../conformance/report.ts';
import { profileOf } from '../profiles/profiles.ts';
import { currentRun, isAnnounced, runSettings } from '../run.ts';

/** Writes down rule by rule what the run found, and fails a run whose blocked tests have no cause that shows. */
export default class ConformanceReporter implements Reporter {
  readonly #found: TestVerdict[] = [];
  #root = '';
  #requests = 0;

  onBegin(config: FullConfig): void {
    this.#root = config.rootDir;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#requests += Number(result.annotations.find(({ type }) => type === 'requests')?.description ?? 0);
    const place = {
      title: test.titlePath().slice(3).join(' › '),
      file: relative(this.#root, test.location.file),
      line: test.location.line,
      project: test.parent.project()?.name ?? '',
    };
    this.#found.push(...verdictsOf(test, result).map((one) => ({ ...place, ...one })));
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] } | undefined> {
    if (!isAnnounced()) return undefined;
    const { profile, specVersion, level, reports, url } = runSettings();
    const { targets, capabilities, probeRequests } = currentRun();
    this.#requests += probeRequests;
    const target = url ?? 'the embedded registry';
    const startedAt = result.startTime.toISOString();
    const rules = withHistory(ruleReports(this.#found, specVersion), startedAt, runBefore(reports, target));
    const conformance: Conformance = {
      target,
      profile,
      specVersion,
      level,
      startedAt,
      durationMs: Math.round(result.duration),
      requests: this.#requests,
      summary: summarize(rules),
      capabilities: Object.assign({}, capabilities, ...targets.map(({ offers }) => offers)) as Capabilities,
      rules,
    };
    mkdirSync(reports, { recursive: true });
    writeFileSync(join(reports, 'conformance.json'), JSON.stringify(conformance, null, 2));
    writeFileSync(join(reports, 'conformance.md'), markdown(conformance));
    writeFileSync(join(reports, 'conformance.html'), page(conformance));
    this.#print(conformance, targets.length);

    const unexplained = unexplainedBlocks(this.#found, conformance, profileOf(profile).known);
    for (const { title, message } of unexplained)
      console.log(`  blocked, and no test shows why: ${title}: ${message}`);
    return unexplained.length > 0 && result.status === 'passed' ? { status: 'failed' } : undefined;
  }

  #print({ summary, rules }: Conformance, targets: number): void {
    const counts = Object.entries(summary).map(([verdict, count]) => `${count} ${verdict}`);
    console.log(`\n  rules: ${counts.join(', ')} (${this.#requests} requests, ${targets} ways in)`);
    for (const [reason, count] of lacks(rules)) console.log(`  ${count} rules ${reason}`);
    for (const { id, level, title } of rules.filter(({ verdict }) => verdict === 'fail')) {
      console.log(`  broken: ${id} (${level}) ${title}`);
    }
  }
}

/** The last run of the same target with the same reports folder. */
function runBefore(reports: string, target: string): Conformance | undefined {
  const file = join(reports, 'conformance.json');
  if (!existsSync(file)) return undefined;
  try {
    const previous = readConformance(file);
    return previous.target === target ? previous : undefined;
  } catch (error) {
    console.log(`  since when a rule is broken is not known: ${(error as Error).message}`);
    return undefined;
  }
}

/** What the user did not give, and how many rules could not be tried for it. */
function lacks(rules: readonly RuleReport[]): Map<string, number> {
  const reasons = rules
    .filter(({ verdict }) => verdict === 'blocked')
    .flatMap(({ tests }) => tests.find(({ message }) => message?.startsWith('blocked: '))?.message ?? []);
  return new Map(reasons.map((reason) => [reason, reasons.filter((other) => other === reason).length]));
}
