// Writes src/api/schema.d.ts from the committed OpenAPI document. With --check it only compares,
// and fails when the committed file no longer fits the document.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

const root = join(import.meta.dirname, '..');
const document = join(root, '..', 'crates', 'souk', 'openapi.json');
const target = join(root, 'src', 'api', 'schema.d.ts');

if (!existsSync(document)) {
  console.error('crates/souk/openapi.json is missing; write it with `souk openapi`.');
  process.exit(1);
}
const source = JSON.parse(readFileSync(document, 'utf8'));
const text = `// Generated from crates/souk/openapi.json by \`npm run generate\`. Do not edit.\n${astToString(
  await openapiTS(source),
)}`;

if (process.argv.includes('--check')) {
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    console.error('src/api/schema.d.ts does not fit crates/souk/openapi.json: npm run generate');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
  console.log('src/api/schema.d.ts written');
}
