import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AllureReporter } from 'allure-playwright';
import { LabelName, LinkType, type TestResult } from 'allure-js-commons';
import type { ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import type { Suite, TestCase, TestResult as PlaywrightResult } from '@playwright/test/reporter';
import { isRuleId, rule } from '../../rules/catalogue.ts';
import { levelAt, levels, type Level } from '../../rules/rule.ts';
import { urlAt } from '../../rules/sources.ts';
import { currentRun, isAnnounced, runSettings } from '../../run/run.ts';
import { excerpt } from '../../text/cut.ts';
import { writeText } from '../../text/files.ts';
import { json } from '../../text/json.ts';
import { isTold } from '../../verdict/told.ts';

const severities: Record<Level, string> = {
  security: 'blocker',
  must: 'critical',
  should: 'normal',
  defacto: 'minor',
  may: 'trivial',
};

/** Allure's results of this run alone, filed by the rules that the tests are about. A list of tests leaves none. */
export default class Allure extends AllureReporter {
  #runs = false;

  constructor({ resultsDir }: { resultsDir: string }) {
    super({
      resultsDir,
      detail: false,
      listeners: [{ beforeTestResultStop: file }],
    });
  }

  override onBegin(suite: Suite): void {
    // What the target offers is found out just before the first test.
    this.#runs = isAnnounced() && Object.keys(currentRun().capabilities).length > 0;
    if (!this.#runs) return;
    const { resultsDir = '' } = this.options;
    rmSync(resultsDir, { recursive: true, force: true });
    mkdirSync(resultsDir, { recursive: true });
    this.options = { ...this.options, environmentInfo: environmentInfo() };
    super.onBegin(suite);
    const { writer } = (this as unknown as { allureRuntime: ReporterRuntime }).allureRuntime;
    // Allure's own waits for the disk after each result, and the tests wait with it.
    writer.writeResult = (result) => writeText(join(resultsDir, `${result.uuid}-result.json`), json(result));
  }

  /** What is told to us alone is no file of Allure's. */
  override async onTestEnd(test: TestCase, result: PlaywrightResult): Promise<void> {
    const attachments = result.attachments.filter((one) => !isTold(one));
    await super.onTestEnd(test, { ...result, attachments });
  }

  override async onEnd(): Promise<void> {
    if (this.#runs) await super.onEnd();
  }
}

/** Labels a result with the area of its first rule, the severity of its weightiest, and the target it was found at. */
function file(result: TestResult): void {
  const ids = result.labels
    .filter(({ name }) => name === 'tag')
    .map(({ value }) => value)
    .filter(isRuleId);
  const [first] = ids;
  const [path = ''] = (result.fullName ?? '').split('.spec.ts', 1);
  const [folder = '', ...rest] = path.split('/');
  const { specVersion } = runSettings();
  const found = ids.map((id) => levelAt(rule(id), specVersion));
  const level = (['security', ...levels] as const).find((one) => found.includes(one)) ?? 'must';
  result.labels.push(
    { name: LabelName.EPIC, value: first?.split('.', 1)[0] ?? folder },
    { name: LabelName.FEATURE, value: first?.split('.').slice(0, 2).join('.') ?? rest.at(-1) ?? '' },
    ...(first === undefined ? [] : [{ name: LabelName.STORY, value: `${first}: ${rule(first).title}` }]),
    { name: LabelName.SEVERITY, value: severities[level] },
    { name: 'target', value: targetName() },
  );
  // Results of two targets have histories of their own.
  result.parameters.push({ name: 'Target', value: targetName() });
  const sources = new Map(ids.map((id) => [urlAt(rule(id), specVersion), rule(id).source]));
  for (const [url, name] of sources) {
    result.links.push({ name, url, type: LinkType.DEFAULT });
  }
}

function targetName(): string {
  const { url } = runSettings();
  return url === undefined ? 'the embedded registry' : new URL(url).host;
}

function environmentInfo(): Record<string, string> {
  const { profile, specVersion, level } = runSettings();
  const { id, targets, capabilities } = currentRun();
  const offered = Object.entries(capabilities).filter(([, { offered: does }]) => does);
  const missing = Object.entries(capabilities).filter(([, { offered: does }]) => !does);
  return {
    target: targetName(),
    product: excerpt([...new Set(targets.map(({ product }) => product))].join(', ')) || 'does not say',
    profile,
    spec: specVersion,
    level,
    auth: targets.map(({ auth }) => auth).join(', '),
    offers: offered.map(([name]) => name).join(', '),
    lacks: missing.map(([name]) => name).join(', '),
    run: id,
    started: new Date().toISOString().replace('T', ' ').slice(0, 19),
  };
}
