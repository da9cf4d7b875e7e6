// Weighs what a first visit must load: every script that index.html names, gzipped.
// Fails when it is over the budget. Lazily loaded pages are listed but not counted.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 250;
const dist = join(import.meta.dirname, '..', 'dist');
const html = readFileSync(join(dist, 'index.html'), 'utf8');
const kb = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length / 1000;

const first = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1]);
const styles = [...html.matchAll(/href="\/([^"]+\.css)"/g)].map((match) => match[1]);
const all = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`);
const lazy = all.filter((name) => name.endsWith('.js') && !first.includes(name));

if (/<script(?![^>]*\ssrc=)[^>]*>/.test(html)) {
  console.error('index.html holds an inline script; the Content-Security-Policy refuses those.');
  process.exit(1);
}

let total = 0;
for (const file of first) {
  const size = kb(file);
  total += size;
  console.log(`first load  ${size.toFixed(1).padStart(7)} KB gzip  ${file}`);
}
for (const file of lazy)
  console.log(`lazy        ${kb(file).toFixed(1).padStart(7)} KB gzip  ${file}`);
for (const file of styles)
  console.log(`style       ${kb(file).toFixed(1).padStart(7)} KB gzip  ${file}`);
console.log(`script of the first load: ${total.toFixed(1)} KB gzip, budget ${BUDGET_KB} KB`);
if (first.length === 0 || total > BUDGET_KB) {
  console.error('Over the budget: load the heavy part lazily, or drop it.');
  process.exit(1);
}
