import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { startFaulty } from '../tools/faults/host.ts';
import { startRegistry } from '../tools/registry/registry.ts';
import { run, runSuite } from '../integration/suite.ts';

const rule = 'upload.patch.out-of-order';
const ofRule = 'a chunk placed after the end of the upload is refused';
const ofFlow = 'refuses a chunk beyond the end of the upload';
const blocked = 'the refusal of a chunk out of order says that the upload or a size is wrong';

const narrow = [ofRule, ofFlow, blocked].join('|');

type Reports = { folder: string; allure: string };

/** Those of two runs against one registry: it does all right in the first, and takes a chunk too many in the second. */
const test = base.extend<object, { reports: Reports }>({
  reports: [
    async ({}, use, workerInfo) => {
      const folder = resolve(workerInfo.project.outputDir, `reports-${workerInfo.workerIndex}`);
      const healthy = await startRegistry({ auth: 'anonymous' });
      await runAndReport(healthy.url, folder);
      await healthy.close();
      const faulty = await startFaulty('upload-patch-gap', {
        auth: 'anonymous',
        port: Number(new URL(healthy.url).port),
      });
      await runAndReport(faulty.url, folder);
      await faulty.close();
      const server = serve(join(folder, 'allure'));
      await once(server, 'listening');
      await use({ folder, allure: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
      server.closeAllConnections();
      server.close();
    },
    { scope: 'worker', timeout: 600_000 },
  ],
});

// The runs are made once.
test.describe.configure({ mode: 'default' });

async function runAndReport(url: string, folder: string): Promise<void> {
  const settings = {
    REGISTRY_URL: url,
    REGISTRY_PROTOCOLS: 'oci',
    REGISTRY_LEVEL: 'defacto',
    SPEC_VERSION: 'main',
    REPORTS_FOLDER: folder,
  };
  await runSuite(
    ['tests/uploads/chunks.spec.ts', 'tests/flows/formats/uploads.spec.ts', '--grep', narrow],
    settings,
  );
  const { code, printed } = await run('npm', ['run', '--silent', 'allure'], settings);
  expect(code, printed).toBe(0);
}

/** Allure's pages fetch their data, which a browser allows on no file. */
function serve(folder: string): Server {
  const types: Record<string, string> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.json': 'application/json',
  };
  const server = createServer(({ url = '/' }, response) => {
    const file = join(folder, new URL(url, 'http://x').pathname);
    if (!existsSync(file)) response.writeHead(404).end();
    else {
      response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(response);
    }
  });
  return server.listen(0, '127.0.0.1');
}

async function keepScreenshot(page: Page, name: string, width: number): Promise<void> {
  await page.screenshot({ path: test.info().outputPath(`${name}-${width}.png`), fullPage: true });
}

function shown(where: Page | Locator, text: string | RegExp): Locator {
  return where.getByText(text).filter({ visible: true }).first();
}

for (const width of [1280, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 900 } });

    test('the HTML report leads from the failed test to its rule, its exchange and its curl line', async ({
      page,
      reports,
    }) => {
      await page.goto(pathToFileURL(join(reports.folder, 'html/index.html')).href);
      await page.getByRole('link', { name: ofRule }).first().click();
      const found = page.getByTestId('test-case-annotations');
      await expect(found).toContainText(`${rule} (must): A chunk that starts after the end of the upload`);
      await expect(found).toContainText('expected  status 416');
      await expect(found).toContainText('received  status 202');
      await expect(found.getByRole('link').first()).toHaveAttribute(
        'href',
        /distribution-spec.*#pushing-a-blob/,
      );
      await expect(shown(page, `${rule}: expected status 416, received status 202`)).toBeVisible();
      await expect(shown(page, /curl -i \\\n {2}-X PATCH/)).toBeVisible();
      await shown(page, `exchange 3: broke ${rule}`).click();
      await expect(shown(page, /^3\. PATCH …\/blobs\/uploads/)).toContainText('→ 202 Accepted');
      await shown(page, 'the exchanges before it: 2').click();
      await expect(shown(page, /^1\. POST …\/blobs\/uploads\//)).toContainText('Content-Range: 0-1023');
      await page.getByText('repeat.sh', { exact: true }).click();
      await expect(shown(page, /^#!\/bin\/sh/)).toContainText('LOCATION_1=$(location 1 "${REGISTRY}/');
      await keepScreenshot(page, 'html', width);
    });

    test('the HTML report marks the step of a flow that fell short', async ({ page, reports }) => {
      await page.goto(pathToFileURL(join(reports.folder, 'html/index.html')).href);
      await page.getByRole('link', { name: ofFlow }).first().click();
      await expect(page.getByTestId('test-case-annotations')).toContainText('step      patch-blob');
      const steps = page.getByRole('treeitem').filter({ has: page.getByText('patch-blob') });
      await expect(steps).toHaveCount(2);
      await expect(
        steps.last().locator('.octicon-cross, .color-icon-error, .icon-error, .color-text-danger').first(),
      ).toBeVisible();
      await keepScreenshot(page, 'html-flow', width);
    });

    test('the HTML report says of what a broken rule blocks by which, and shows the set-up', async ({
      page,
      reports,
    }) => {
      await page.goto(`${pathToFileURL(join(reports.folder, 'html/index.html')).href}#?q=s:skipped`);
      await page.getByRole('link', { name: blocked }).first().click();
      await expect(page.getByTestId('test-case-annotations')).toContainText(`blocked by ${rule}: PATCH`);
      await shown(page, `exchange 3: set-up, blocked by ${rule}`).click();
      await expect(shown(page, /^3\. PATCH …\/blobs\/uploads/)).toContainText('→ 202 Accepted');
      await keepScreenshot(page, 'html-blocked', width);
    });

    test('the Allure report leads there as well, asks nobody else, and knows both runs', async ({
      page,
      reports,
    }) => {
      const asked = new Set<string>();
      page.on('request', (request) => asked.add(new URL(request.url()).origin));
      await page.goto(`${reports.allure}/awesome/index.html`);
      await expect(shown(page, 'spec version').or(shown(page, 'profile'))).toBeVisible();
      await keepScreenshot(page, 'allure', width);
      await shown(page, ofRule).click();
      await expect(shown(page, 'A rule is broken')).toBeVisible();
      await expect(shown(page, `${rule} (must): A chunk that starts after the end`)).toBeVisible();
      await expect(shown(page, /expected {2}status 416/)).toBeVisible();
      await expect(shown(page, /→ 202 Accepted/)).toBeVisible();
      await expect(shown(page, /curl -i \\/)).toBeVisible();
      await keepScreenshot(page, 'allure-test', width);
      // The run before, in which it passed.
      await page.getByRole('button', { name: 'History 1' }).click();
      await keepScreenshot(page, 'allure-history', width);
      expect([...asked]).toEqual([reports.allure]);
    });

    test('the conformance page leads there as well', async ({ page, reports }) => {
      await page.goto(pathToFileURL(join(reports.folder, 'conformance.html')).href);
      await page.getByRole('link', { name: rule }).first().click();
      const opened = page.locator(`[id="${rule}"]`);
      await expect(opened).toHaveAttribute('open');
      await expect(shown(opened, 'expected  status 416')).toBeVisible();
      await expect(shown(opened, /→ 202 Accepted/)).toBeVisible();
      await expect(shown(opened, /curl -i \\\n {2}-X PATCH/)).toBeVisible();
      await keepScreenshot(page, 'conformance', width);
    });
  });
}
