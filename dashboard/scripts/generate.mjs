// Writes src/api/schema.d.ts from the committed OpenAPI document. What needs the file runs this first
// (package.json), so that it always fits the document and is not committed.
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
// Left alone when it is right, so that what watches it stays quiet.
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
