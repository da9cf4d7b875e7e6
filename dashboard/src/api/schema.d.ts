// Temporary: the contract by hand, in the shape that `npm run generate` writes. The generated file
// replaces it as soon as crates/souk/openapi.json is there.
export interface components {
  schemas: {
    Store: {
      id: string;
      name: string;
      slug: string;
      url: string;
      adminUrl: string;
      phase: components['schemas']['Phase'];
      message: string;
      ordersPossible: boolean;
      conditions: components['schemas']['Condition'][];
      blueprint: string;
      plan: string;
      adminUsername: string;
      operation?: components['schemas']['Operation'] | null;
      revision: number;
      createdAt: string;
      updatedAt: string;
      readyAt?: string | null;
      deletedAt?: string | null;
    };
    Phase:
      | 'Pending'
      | 'Provisioning'
      | 'Ready'
      | 'Degraded'
      | 'Suspended'
      | 'Deleting'
      | 'Deleted'
      | 'Failed';
    Condition: {
      type: string;
      status: 'True' | 'False' | 'Unknown';
      reason: string;
      message: string;
      lastTransitionTime: string;
    };
    Operation: {
      id: string;
      storeId: string;
      kind: 'create' | 'update' | 'delete';
      state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
      steps: components['schemas']['Step'][];
      attempts: number;
      cancelRequested: boolean;
      reason?: string | null;
      message?: string | null;
      deadlineAt?: string | null;
      nextAttemptAt?: string | null;
      createdAt: string;
      startedAt?: string | null;
      finishedAt?: string | null;
    };
    Step: {
      name: string;
      title: string;
      state: 'pending' | 'running' | 'done' | 'failed';
      startedAt?: string | null;
      finishedAt?: string | null;
      message?: string | null;
    };
    Event: {
      id: number;
      storeId: string;
      operationId?: string | null;
      at: string;
      type: 'Normal' | 'Warning';
      reason: string;
      message: string;
      step?: string | null;
    };
    CreateStore: {
      name: string;
      slug?: string;
      blueprint?: string;
      plan?: string;
      admin?: { username?: string; email?: string; password?: string };
    };
    UpdateStore: { name?: string; slug?: string };
    Credentials: { username: string; password: string; email: string; adminUrl: string };
    Slug: { slug: string; url: string; available: boolean; reason: string | null };
    Plan: {
      name: string;
      title: string;
      description: string;
      default: boolean;
      cpu: string;
      memory: string;
      storage: string;
    };
    Platform: {
      version: string;
      baseDomain: string;
      blueprints: {
        name: string;
        title: string;
        wooCommerce: { present: boolean; version: string | null };
      }[];
      plans: components['schemas']['Plan'][];
      limits: { maxStores: number };
      cluster: { reachable: boolean; version?: string | null; message: string | null };
    };
    AuditEntry: {
      id: number;
      at: string;
      actor: string;
      source: string;
      action: string;
      storeId?: string | null;
      storeName?: string | null;
      result: string;
      detail?: string | null;
    };
    Metrics: {
      stores: { total: number; byPhase: Record<string, number> };
      operations: { running: number; queued: number; failed24h: number };
      timeToReadySeconds: { median?: number | null; p95?: number | null; count: number };
      uptimeSeconds: number;
    };
    Session: { actor: string };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail?: string | null;
      errors?: { field: string; message: string }[];
    };
    StoreList: {
      items: components['schemas']['Store'][];
      nextCursor?: string | null;
      total: number;
    };
    EventList: {
      items: components['schemas']['Event'][];
      nextCursor?: string | null;
      total: number;
    };
    AuditList: {
      items: components['schemas']['AuditEntry'][];
      nextCursor?: string | null;
      total: number;
    };
  };
}

type Failure = {
  default: { content: { 'application/problem+json': components['schemas']['Problem'] } };
};
type Answer<Status extends number, Body> = {
  responses: Record<Status, { content: { 'application/json': Body } }> & Failure;
};
type Nothing<Status extends number> = {
  responses: Record<Status, { content?: never }> & Failure;
};
type ById = { parameters: { path: { id: string } } };
type Page = { limit?: number; cursor?: string };

export interface paths {
  '/api/session': {
    get: Answer<200, components['schemas']['Session']>;
    post: { requestBody: { content: { 'application/json': { token: string } } } } & Nothing<204>;
    delete: Nothing<204>;
  };
  '/api/stores': {
    get: {
      parameters: {
        query?: Page & {
          phase?: components['schemas']['Phase'];
          search?: string;
          sort?: 'createdAt' | '-createdAt' | 'name' | '-name';
        };
      };
    } & Answer<200, components['schemas']['StoreList']>;
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string } };
      requestBody: { content: { 'application/json': components['schemas']['CreateStore'] } };
    } & Answer<202, components['schemas']['Store']>;
  };
  '/api/stores/{id}': {
    get: ById & Answer<200, components['schemas']['Store']>;
    patch: {
      parameters: { path: { id: string }; header?: { 'If-Match'?: string } };
      requestBody: { content: { 'application/json': components['schemas']['UpdateStore'] } };
    } & Answer<202, components['schemas']['Store']>;
    delete: ById & Answer<202, components['schemas']['Store']>;
  };
  '/api/stores/{id}/events': {
    get: { parameters: { path: { id: string }; query?: Page } } & Answer<
      200,
      components['schemas']['EventList']
    >;
  };
  '/api/stores/{id}/credentials': {
    get: ById & Answer<200, components['schemas']['Credentials']>;
  };
  '/api/operations/{id}:cancel': { post: ById & Answer<202, components['schemas']['Operation']> };
  '/api/operations/{id}:retry': { post: ById & Answer<202, components['schemas']['Operation']> };
  '/api/slugs': {
    get: { parameters: { query: { name: string } } } & Answer<200, components['schemas']['Slug']>;
  };
  '/api/slugs/{slug}': {
    get: { parameters: { path: { slug: string } } } & Answer<200, components['schemas']['Slug']>;
  };
  '/api/platform': { get: Answer<200, components['schemas']['Platform']> };
  '/api/stores/audit/log': {
    get: { parameters: { query?: Page } } & Answer<200, components['schemas']['AuditList']>;
  };
  '/api/metrics': { get: Answer<200, components['schemas']['Metrics']> };
}
