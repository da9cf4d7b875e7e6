// The audit log as a file: CSV for spreadsheets, JSON lines for programs.
import type { AuditEntry } from '../../api/model';

export type ExportFormat = 'csv' | 'jsonl';

const COLUMNS = [
  'id',
  'at',
  'actor',
  'source',
  'action',
  'storeId',
  'storeName',
  'result',
  'detail',
] as const satisfies (keyof AuditEntry)[];

/** A field of CSV. What a spreadsheet would take for a formula gets an apostrophe before it. */
function field(value: string | number | null | undefined): string {
  const text = String(value ?? '');
  const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function toCsv(entries: AuditEntry[]): string {
  const lines = entries.map((entry) => COLUMNS.map((column) => field(entry[column])).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

export function toJsonLines(entries: AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** Hands the file to the browser to save. */
export function save(entries: AuditEntry[], format: ExportFormat): void {
  const csv = format === 'csv';
  const file = new Blob([csv ? toCsv(entries) : toJsonLines(entries)], {
    type: csv ? 'text/csv;charset=utf-8' : 'application/x-ndjson',
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `souk-activity.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
