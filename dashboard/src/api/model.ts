// The server's types under the names that the pages use. All of them come from the schema.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Store = Schemas['Store'];
export type Phase = Store['phase'];
export type Condition = Schemas['Condition'];
export type Operation = Schemas['Operation'];
export type Step = Operation['steps'][number];
export type TimelineEvent = Schemas['TimelineEvent'];
export type CreateStore = Schemas['CreateStore'];
export type UpdateStore = Schemas['UpdateStore'];
export type CancelOperation = Schemas['CancelOperation'];
export type NextOperation = Schemas['NextOperation'];
export type StoreUsage = Schemas['StoreUsage'];
export type UsageWindow = Schemas['UsageWindow'];
export type Credentials = Schemas['Credentials'];
export type LoginLink = Schemas['LoginLink'];
export type SlugCheck = Schemas['SlugAnswer'];
export type Platform = Schemas['Platform'];
export type Plan = Platform['plans'][number];
export type AuditEntry = Schemas['AuditEntry'];
export type Metrics = Schemas['Metrics'];
export type Births = Schemas['Births'];
export type HistogramBar = Schemas['HistogramBar'];
export type Health = Schemas['Health'];
export type Session = Schemas['SignedIn'];
export type Me = Schemas['Me'];
export type Need = Schemas['Need'];
export type Role = Schemas['Role'];
export type StoreRole = Schemas['StoreRole'];
export type Scope = Schemas['Scope'];
export type StoreAccess = Schemas['StoreAccess'];
export type Quota = Schemas['Quota'];
export type User = Schemas['User'];
export type Invite = Schemas['Invite'];
export type UpdateUser = Schemas['UpdateUser'];
export type Team = Schemas['Team'];
export type Member = Schemas['Member'];
export type Token = Schemas['Token'];
export type NewToken = Schemas['NewToken'];
export type CreateToken = Schemas['CreateToken'];
export type CreateSignInCode = Schemas['CreateSignInCode'];
export type CreateMachineToken = Schemas['CreateMachineToken'];
/** A browser in which somebody is signed in. */
export type Browser = Schemas['Session'];
export type Problem = Schemas['Problem'];

/** One page of a list: follow `nextCursor` until it is null. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
  total: number;
}

export type StoreSort = Schemas['SortOrder'];

/** What the table of stores is narrowed to and how it is ordered. */
export interface StoreFilter {
  search?: string;
  phase?: Phase;
  owner?: string;
  blueprint?: string;
  sort: StoreSort;
}

/** Which entries of the audit log are shown. Moments are RFC 3339. */
export interface AuditFilter {
  actor?: string;
  action?: string;
  /** Id of a store. */
  store?: string;
  since?: string;
  until?: string;
}

export const PHASES: readonly Phase[] = [
  'Pending',
  'Provisioning',
  'Ready',
  'Degraded',
  'Suspended',
  'Failed',
  'Deleting',
  'Deleted',
];
