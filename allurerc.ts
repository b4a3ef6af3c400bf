import { defineConfig } from 'allure';
import { categories } from './lib/report/allure-categories.ts';
import { readRunInfo } from './lib/report/allure-targets.ts';
import { runSettings } from './lib/run/run.ts';

// `npm run allure` names the folders of results, and says whether they are in the history already.
const { reports } = runSettings();
const results = process.env['ALLURE_RESULTS']?.split('\n') ?? [`${reports}/allure-results`];
const runs = results.map(readRunInfo);
const targets = [...new Set(runs.map(({ target = '' }) => target))];

export default defineConfig({
  name: runs.map(({ target, started }) => `${target}, ${started}`).join('; '),
  output: `${reports}/allure`,
  resultsDir: results,
  historyPath: `${reports}/allure-history.jsonl`,
  historyLimit: 30,
  appendHistory: process.env['ALLURE_HISTORY'] !== 'kept',
  hideLabels: ['titlePath', 'thread', 'host', 'language', 'framework', 'package', 'target'],
  environments: Object.fromEntries(
    targets.map((name, at) => {
      const { target: _, ...variables } = runs.findLast(({ target }) => target === name) ?? {};
      const matcher = ({ labels }: { labels: readonly { name: string; value?: string }[] }): boolean =>
        labels.some((label) => label.name === 'target' && label.value === name);
      return [`target-${at + 1}`, { name, variables, matcher }];
    }),
  ),
  categories,
  plugins: {
    awesome: { options: { groupBy: ['epic', 'feature', 'story'] } },
    dashboard: { options: {} },
  },
});
