// What can go wrong between the page and the server, as two kinds of error: the server answered
// with a problem document, or it could not be reached. Pages show `message`; forms use `fields`.
import { texts } from '../texts';
import type { Problem } from './model';

/** The server says "must not be empty"; people read "The name must not be empty." */
export function said(field: string, words: string): string {
  const subject = texts.subjects[field];
  const whole = subject !== undefined && /^(is|must|may|has|cannot)\b/.test(words);
  const text = whole ? `${subject} ${words}` : words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** The last part of the problem's type, e.g. `already-deleting`. */
  readonly slug: string;
  /** Sentences by field, in the server's path form (`admin.password`). */
  readonly fields: Readonly<Record<string, string>>;

  constructor(problem: Problem) {
    super(problem.detail === '' ? problem.title : problem.detail);
    this.status = problem.status;
    this.slug = problem.type.split('/').at(-1) ?? '';
    const fields: Record<string, string> = {};
    for (const { field, message } of problem.errors) {
      fields[field] = [fields[field], said(field, message)].filter(Boolean).join(' ');
    }
    this.fields = fields;
  }
}

/** Whether all that was refused stands at one of these fields, and needs no other place on the page. */
export function refusedAt(error: unknown, fields: readonly string[]): boolean {
  if (!(error instanceof ProblemError)) return false;
  const refused = Object.keys(error.fields);
  return refused.length > 0 && refused.every((field) => fields.includes(field));
}

export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor() {
    super(texts.errors.unreachable);
  }
}

export function isProblem(error: unknown, status: number): error is ProblemError {
  return error instanceof ProblemError && error.status === status;
}

const EMPTY: Problem = { type: 'about:blank', title: '', status: 0, detail: '', errors: [] };

/** Reads an error answer, also when a proxy wrote it and it is no problem document at all. */
export function problemFrom(body: unknown, response: Response): ProblemError {
  if (typeof body === 'object' && body !== null && 'title' in body && 'type' in body) {
    const known = body as Partial<Problem>;
    return new ProblemError({ ...EMPTY, ...known, status: response.status });
  }
  return new ProblemError({
    ...EMPTY,
    title: texts.errors.status(response.status),
    status: response.status,
  });
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : texts.errors.unknown;
}
