// Photographs the main pages of a running dashboard (SOUK_URL, SOUK_TOKEN; the mock by default) at
// desk and phone width, light and dark, into shots/. Ends badly when the browser reported an error,
// so a breach of the Content-Security-Policy is seen here first.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const base = process.env.SOUK_URL ?? 'http://127.0.0.1:4180';
const token = process.env.SOUK_TOKEN ?? 'souk';
const only = process.argv[2];
const out = join(import.meta.dirname, '..', 'shots');
mkdirSync(out, { recursive: true });

const LOOKS = [
  { look: 'wide', width: 1440, height: 900, colorScheme: 'light' },
  { look: 'wide-dark', width: 1440, height: 900, colorScheme: 'dark' },
  { look: 'phone', width: 390, height: 844, colorScheme: 'light' },
  { look: 'phone-dark', width: 390, height: 844, colorScheme: 'dark' },
];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const complaints = [];

for (const { look, width, height, colorScheme } of LOOKS) {
  if (only && only !== look) continue;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  page.on('console', (message) => {
    // The first question "who am I?" is answered with 401, and the browser reports that.
    if (message.type() === 'error' && !message.text().includes('401')) {
      complaints.push(`${look}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`${look}: ${error.message}`));
  const shoot = async (name, fullPage = true) => {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(out, `${name}-${look}.png`), fullPage });
  };

  await page.goto(`${base}/stores`);
  await page.getByLabel('Name').waitFor();
  await shoot('sign-in-password');
  await page.getByRole('button', { name: 'Use the admin token' }).click();
  await page.getByLabel('Admin token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This token is not right').waitFor();
  await shoot('sign-in');
  await page.getByLabel('Admin token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Create store' }).first().waitFor();
  await page.waitForLoadState('load');
  await shoot('stores');

  const names = await page
    .getByRole('main')
    .getByRole('link')
    .filter({ hasNotText: /\.localhost/ });
  const all = await names.allTextContents();
  const wanted = ['Copper & Pine', 'Northwind Cycles', 'Paper Lantern', 'Blue Mug Shop'];
  for (const name of all.filter((one) => wanted.includes(one)).concat(all.slice(0, 1))) {
    await page.getByRole('link', { name, exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    if (name === 'Blue Mug Shop') {
      await page.getByRole('button', { name: 'Show credentials' }).click();
      await page.getByText('Password', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Show logs' }).click();
      await page.getByText('line 40').waitFor();
    }
    await shoot(`store-${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`);
    if (name === 'Blue Mug Shop') {
      await page.getByRole('button', { name: 'Delete store' }).click();
      await page.getByRole('dialog').waitFor();
      await shoot('delete', false);
      await page.getByRole('button', { name: 'Keep the store' }).last().click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    await page.goto(`${base}/stores`);
  }

  await page.goto(`${base}/stores?create=true`);
  await page.getByLabel('Name', { exact: true }).fill('Copper & Pine Two');
  await page.getByText('is free').waitFor();
  await page.getByText('Choose one').click();
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse');
  await shoot('create', false);
  await page.goto(`${base}/activity`);
  await page.getByRole('main').getByText('admin').first().waitFor();
  await shoot('activity');
  await page.goto(`${base}/platform`);
  await page.getByRole('heading', { name: 'Plans' }).waitFor();
  await page.locator('.recharts-bar-rectangle').first().waitFor();
  await shoot('platform');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Find a store, a page or an action').fill('mug');
  await page.getByText('Blue Mug Shop').waitFor();
  await shoot('palette', false);
  await page.goto(`${base}/stores`);
  await page.getByRole('checkbox', { name: 'Select Blue Mug Shop' }).check();
  await page.getByRole('checkbox', { name: 'Select Northwind Cycles' }).check();
  await shoot('stores-selected', false);
  await context.close();
}

await browser.close();
for (const complaint of new Set(complaints)) console.error(complaint);
if (complaints.length > 0) process.exit(1);
console.log('shots taken, no complaint from the browser');
