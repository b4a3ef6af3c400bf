import { expect, test, type Page } from '@playwright/test';
import { document } from '../lib/text/document.ts';
import { html, link } from '../lib/text/html.ts';
import { visibleLines } from '../lib/text/visible.ts';
import { element, xml } from '../lib/text/xml.ts';
import { strings } from '../unit/text/strings.ts';

const shown = strings.map(visibleLines);

/** What the page itself says of some elements. */
async function seen(page: Page, expression: string): Promise<string[]> {
  return (await page.evaluate(expression)) as string[];
}

for (const isOurs of [true, false]) {
  test(`a page ${isOurs ? 'as we make them' : 'without a policy of its own'} runs nothing of what went in, and shows it`, async ({
    page,
  }) => {
    const body = html`<main title="${strings.at(-1) ?? ''}">
${html.lines(strings.map((text) => html`<p class="${text}" data-a='${text}'>${text}</p>${link(text, text)}`))}
</main>`;
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.setContent((isOurs ? document({ title: strings.join(''), body }) : body).toString());
    expect(await seen(page, "[...document.querySelectorAll('p')].map((one) => one.textContent)")).toEqual(
      shown,
    );
    expect(await seen(page, "[...document.querySelectorAll('p')].map((one) => one.className)")).toEqual(
      shown,
    );
    expect(await seen(page, "[...document.querySelectorAll('p')].map((one) => one.dataset.a)")).toEqual(
      shown,
    );
    expect(
      await seen(
        page,
        "[...new Set([...document.querySelectorAll('main, main *')].map((one) => one.tagName))].sort()",
      ),
    ).toEqual(['A', 'MAIN', 'P']);
    expect(
      await seen(
        page,
        "[...document.querySelectorAll('a')].map((one) => one.protocol).filter((one) => !/^(?:https?)?:$/.test(one))",
      ),
    ).toEqual([]);
    expect(await page.evaluate('typeof tripped')).toBe('undefined');
    expect(dialogs).toEqual([]);
  });
}

test('an XML parser reads what went in, in elements and attributes', async ({ page }) => {
  const cases = strings.map((text) => element('case', { name: text }, [element('name', {}, [text]), text]));
  const written = xml`<?xml version="1.0" encoding="UTF-8"?>\n${element('cases', {}, cases)}\n`.toString();
  const found = await page.evaluate(`(() => {
    const parsed = new DOMParser().parseFromString(${JSON.stringify(written)}, 'application/xml');
    const cases = [...parsed.querySelectorAll('case')];
    return {
      problem: parsed.querySelector('parsererror')?.textContent ?? '',
      attributes: cases.map((one) => one.getAttribute('name')),
      names: cases.map((one) => one.querySelector('name').textContent),
      texts: cases.map((one) => one.lastChild.data),
      tags: [...new Set([...parsed.querySelectorAll('*')].map((one) => one.tagName))].sort(),
    };
  })()`);
  expect(found).toEqual({
    problem: '',
    attributes: shown,
    names: shown,
    texts: shown.map((text) => `\n${text}`),
    tags: ['case', 'cases', 'name'],
  });
});
