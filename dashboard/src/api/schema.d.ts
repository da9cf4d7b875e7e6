// Generated from crates/souk/openapi.json by `npm run generate`. Do not edit.
export interface paths {
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that happens, as server-sent events */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how Souk is */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the platform in numbers */
        get: operations["get_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an operation */
        get: operations["get_operation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/{id}:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a queued or running operation to stop
         * @description What it made so far is kept.
         */
        post: operations["cancel_operation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/operations/{id}:retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a failed or cancelled operation back in the queue */
        post: operations["retry_operation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/platform": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what the platform is and offers */
        get: operations["get_platform"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read who is signed in */
        get: operations["get_sign_in"];
        put?: never;
        /**
         * Sign in
         * @description Answers with an HttpOnly cookie that the dashboard sends from then on.
         */
        post: operations["sign_in"];
        /** Sign out */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/slugs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask which slug a name would get */
        get: operations["suggest_slug"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/slugs/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask whether a slug is free */
        get: operations["get_slug"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List stores */
        get: operations["list_stores"];
        put?: never;
        /**
         * Ask for a new store
         * @description Answers at once; the store is made in the background. Follow it with the events, or read it until
         *     its phase is `Ready` or `Failed`. With an `Idempotency-Key` a repeated request returns the store
         *     that the first one made.
         */
        post: operations["create_store"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stores/audit/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was done, newest first */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stores/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a store */
        get: operations["get_store"];
        put?: never;
        post?: never;
        /**
         * Delete a store
         * @description Answers at once. The store stays visible in the phase `Deleting` until its release, volumes and
         *     namespace are proven gone.
         */
        delete: operations["delete_store"];
        options?: never;
        head?: never;
        /** Rename a store, give it another address, or switch its repairs on or off */
        patch: operations["update_store"];
        trace?: never;
    };
    "/api/stores/{id}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the admin account of a shop
         * @description Every reading is written to the audit log. Available once the store's secrets are made.
         */
        get: operations["get_credentials"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stores/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The timeline of a store, newest first
         * @description With `Accept: text/event-stream` it answers with server-sent events of this store instead.
         */
        get: operations["list_store_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stores/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the log of a store's container */
        get: operations["get_logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stores/{id}/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the operations of a store, newest first */
        get: operations["list_operations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One entry of the audit log. */
        AuditEntry: {
            /** @example store.create */
            action: string;
            /** @example admin */
            actor: string;
            /** Format: date-time */
            at: string;
            detail: string | null;
            /** Format: int64 */
            id: number;
            /** @description `accepted`, `allowed` or `refused`. */
            result: string;
            /**
             * @description From where: how the caller signed in, and the client's address.
             * @example dashboard 203.0.113.7
             */
            source: string | null;
            storeId: string | null;
            /** @description The store's name at that time. */
            storeName: string | null;
        };
        /** @description A kind of shop. */
        Blueprint: {
            description: string;
            name: string;
            title: string;
            wooCommerce: components["schemas"]["WooCommerce"];
        };
        /** @description The cluster that the stores run on. */
        Cluster: {
            /** @description One sentence when something is wrong. */
            message: string | null;
            reachable: boolean;
            /** @example v1.34.4 */
            version: string | null;
        };
        /** @description One observed fact. */
        Condition: {
            /**
             * Format: date-time
             * @description When the status last changed.
             */
            lastTransitionTime: string;
            /** @description A sentence that a shop owner can read. */
            message: string;
            /** @description One CamelCase word for machines, such as `NoStorageClass`. */
            reason: string;
            status: components["schemas"]["ConditionStatus"];
            type: components["schemas"]["ConditionType"];
        };
        /** @enum {string} */
        ConditionStatus: "True" | "False" | "Unknown";
        /** @enum {string} */
        ConditionType: "ClusterReachable" | "ReleaseReady" | "DatabaseReady" | "StorefrontReady" | "RouteReady" | "ShopReady" | "OrdersReady" | "AsWanted";
        /** @description A store that is asked for. */
        CreateStore: {
            admin?: components["schemas"]["CreateStoreAdmin"] | null;
            /**
             * @description What kind of shop; `woocommerce` when absent.
             * @example woocommerce
             */
            blueprint?: string | null;
            /**
             * @description The shop's name, 1 to 100 characters of any script.
             * @example Blue Mug Shop
             */
            name: string;
            /**
             * @description How big; `standard` when absent.
             * @example standard
             */
            plan?: string | null;
            /**
             * @description First label of the shop's host name; made from the name when absent.
             * @example blue-mug-shop
             */
            slug?: string | null;
        };
        /** @description The shop's administrator. */
        CreateStoreAdmin: {
            /**
             * @description Made from the shop's address when absent.
             * @example owner@example.com
             */
            email?: string | null;
            /**
             * Format: password
             * @description 12 to 128 characters that are hard to guess; generated when absent.
             */
            password?: string | null;
            /**
             * @description `admin` when absent.
             * @example admin
             */
            username?: string | null;
        };
        /** @description The admin account of a shop. */
        Credentials: {
            /** @example http://blue-mug-shop.localhost/wp-admin/ */
            adminUrl: string;
            email: string;
            /** Format: password */
            password: string;
            /** @example admin */
            username: string;
        };
        /** @enum {string} */
        EventType: "Normal" | "Warning";
        /** @description One refused field. */
        FieldError: {
            /** @description The field, nested ones with dots: `admin.password`. Query parameters and headers by their name. */
            field: string;
            /** @description What is wrong with it, and what would be right. */
            message: string;
        };
        /** @description How Souk and what it depends on are. */
        Health: {
            checks: components["schemas"]["HealthCheck"][];
            status: components["schemas"]["HealthStatus"];
        };
        /** @description One thing that Souk depends on. */
        HealthCheck: {
            /** @example The database answers. */
            message: string;
            /** @example database */
            name: string;
            ok: boolean;
        };
        /**
         * @description `degraded` when a check failed.
         * @enum {string}
         */
        HealthStatus: "ok" | "degraded";
        /** @description One page of a list. */
        List_AuditEntry: {
            items: {
                /** @example store.create */
                action: string;
                /** @example admin */
                actor: string;
                /** Format: date-time */
                at: string;
                detail?: string | null;
                /** Format: int64 */
                id: number;
                /** @description `accepted`, `allowed` or `refused`. */
                result: string;
                /**
                 * @description From where: how the caller signed in, and the client's address.
                 * @example dashboard 203.0.113.7
                 */
                source?: string | null;
                storeId?: string | null;
                /** @description The store's name at that time. */
                storeName?: string | null;
            }[];
            /** @description Give it back as `cursor` to get the page after this one; null at the end. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description How many items the whole list has.
             */
            total: number;
        };
        /** @description One page of a list. */
        List_Operation: {
            items: {
                /**
                 * Format: int32
                 * @description How often its actions failed and were tried again.
                 */
                attempts: number;
                cancelRequested: boolean;
                /** Format: date-time */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description When it fails if it has not ended by then; a delete has none.
                 */
                deadlineAt?: string | null;
                /** Format: date-time */
                finishedAt?: string | null;
                id: components["schemas"]["OperationId"];
                kind: components["schemas"]["OperationKind"];
                /** @description The same for people. */
                message?: string | null;
                /** Format: date-time */
                nextAttemptAt?: string | null;
                /** @description Machine-readable cause of a failure or a wait, such as `NoStorageClass`. */
                reason?: string | null;
                /** Format: date-time */
                startedAt?: string | null;
                state: components["schemas"]["OperationState"];
                steps: components["schemas"]["Step"][];
                storeId: components["schemas"]["StoreId"];
            }[];
            /** @description Give it back as `cursor` to get the page after this one; null at the end. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description How many items the whole list has.
             */
            total: number;
        };
        /** @description One page of a list. */
        List_Store: {
            items: {
                /** @example http://blue-mug-shop.localhost/wp-admin/ */
                adminUrl: string;
                /** @example admin */
                adminUsername: string;
                /** @example woocommerce */
                blueprint: string;
                conditions: components["schemas"]["Condition"][];
                /** Format: date-time */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description When it was proven gone.
                 */
                deletedAt?: string | null;
                id: components["schemas"]["StoreId"];
                /** @description One sentence for people about how the store is. */
                message: string;
                /**
                 * @description The shop's name as people write it.
                 * @example Blue Mug Shop
                 */
                name: string;
                operation?: components["schemas"]["Operation"] | null;
                /** @description Whether customers can place orders. */
                ordersPossible: boolean;
                phase: components["schemas"]["Phase"];
                /** @example standard */
                plan: string;
                /**
                 * Format: date-time
                 * @description When it first became ready.
                 */
                readyAt?: string | null;
                /** @description Whether what others change of the store on the cluster is set back. */
                repair: components["schemas"]["Repair"];
                /**
                 * Format: int64
                 * @description Grows with every change; the ETag holds it.
                 */
                revision: number;
                /**
                 * @description First label of the shop's host name.
                 * @example blue-mug-shop
                 */
                slug: string;
                /** Format: date-time */
                updatedAt: string;
                /** @example http://blue-mug-shop.localhost */
                url: string;
            }[];
            /** @description Give it back as `cursor` to get the page after this one; null at the end. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description How many items the whole list has.
             */
            total: number;
        };
        /** @description One page of a list. */
        List_TimelineEvent: {
            items: {
                /** Format: date-time */
                at: string;
                /**
                 * Format: int64
                 * @description Grows with every event of the platform; `Last-Event-ID` of the server-sent events.
                 */
                id: number;
                /** @description A sentence for people. */
                message: string;
                operationId?: components["schemas"]["OperationId"] | null;
                /** @description One CamelCase word for machines, such as `NamespaceMade`. */
                reason: string;
                step?: components["schemas"]["StepName"] | null;
                storeId: components["schemas"]["StoreId"];
                type: components["schemas"]["EventType"];
            }[];
            /** @description Give it back as `cursor` to get the page after this one; null at the end. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description How many items the whole list has.
             */
            total: number;
        };
        /** @description The platform in numbers. */
        Metrics: {
            operations: components["schemas"]["OperationNumbers"];
            stores: components["schemas"]["StoreNumbers"];
            timeToReadySeconds: components["schemas"]["ReadyNumbers"];
            /**
             * Format: int64
             * @description Since the server started.
             */
            uptimeSeconds: number;
        };
        /** @description One thing asked of a store. It has steps, a deadline, attempts and an end. */
        Operation: {
            /**
             * Format: int32
             * @description How often its actions failed and were tried again.
             */
            attempts: number;
            cancelRequested: boolean;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it fails if it has not ended by then; a delete has none.
             */
            deadlineAt: string | null;
            /** Format: date-time */
            finishedAt: string | null;
            id: components["schemas"]["OperationId"];
            kind: components["schemas"]["OperationKind"];
            /** @description The same for people. */
            message: string | null;
            /** Format: date-time */
            nextAttemptAt: string | null;
            /** @description Machine-readable cause of a failure or a wait, such as `NoStorageClass`. */
            reason: string | null;
            /** Format: date-time */
            startedAt: string | null;
            state: components["schemas"]["OperationState"];
            steps: components["schemas"]["Step"][];
            storeId: components["schemas"]["StoreId"];
        };
        /**
         * @description `op-` and sixteen base32 characters.
         * @example op-abcdefghijklmnop
         */
        OperationId: string;
        /** @enum {string} */
        OperationKind: "create" | "update" | "delete";
        /** @description Operations. */
        OperationNumbers: {
            /**
             * Format: int64
             * @description That ended badly in the last 24 hours.
             */
            failed24h: number;
            /** Format: int64 */
            queued: number;
            /** Format: int64 */
            running: number;
        };
        /** @enum {string} */
        OperationState: "queued" | "running" | "succeeded" | "failed" | "cancelled";
        /**
         * @description The phase of a store. Detail (why, since when) lives in its conditions.
         * @enum {string}
         */
        Phase: "Pending" | "Provisioning" | "Ready" | "Degraded" | "Suspended" | "Deleting" | "Deleted" | "Failed";
        /** @description A size of store. */
        Plan: {
            /**
             * @description Most processor time of all its pods.
             * @example 4 cores
             */
            cpu: string;
            /** @description The plan of a store that names none. */
            default: boolean;
            description: string;
            /**
             * @description Most memory of all its pods.
             * @example 1 GiB
             */
            memory: string;
            name: string;
            /**
             * @description Size of all its volumes.
             * @example 4 GiB
             */
            storage: string;
            title: string;
        };
        /** @description The platform. */
        Platform: {
            /**
             * @description Domain under which every store gets its host name.
             * @example localhost
             */
            baseDomain: string;
            blueprints: components["schemas"]["Blueprint"][];
            cluster: components["schemas"]["Cluster"];
            limits: components["schemas"]["PlatformLimits"];
            plans: components["schemas"]["Plan"][];
            /**
             * @description Souk's version.
             * @example 0.1.0
             */
            version: string;
        };
        /** @description Limits of the platform. */
        PlatformLimits: {
            /**
             * Format: int32
             * @description Stores that may exist at once; null for no limit.
             */
            maxStores: number | null;
        };
        /**
         * @description What went wrong (RFC 9457).
         * @example {
         *       "detail": "name must not be empty; give the shop a name",
         *       "errors": [
         *         {
         *           "field": "name",
         *           "message": "must not be empty; give the shop a name"
         *         }
         *       ],
         *       "status": 422,
         *       "title": "The input is not valid",
         *       "type": "https://souk.dev/problems/invalid-input"
         *     }
         */
        Problem: {
            /** @description What happened this time, and what to do about it. */
            detail: string;
            /** @description The fields of the input that were refused. */
            errors: components["schemas"]["FieldError"][];
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The kind of problem in words. */
            title: string;
            /** @description A URI that names the kind of problem. */
            type: string;
        };
        /** @description From being asked for to being ready, of the newest stores. */
        ReadyNumbers: {
            /** @description Stores that were counted. */
            count: number;
            /** Format: double */
            median: number | null;
            /** Format: double */
            p95: number | null;
        };
        /**
         * @description Whether changes by others are set back.
         * @enum {string}
         */
        Repair: "on" | "off";
        /** @description What signing in takes. */
        SignIn: {
            /**
             * Format: password
             * @description The admin token.
             */
            token: string;
        };
        /** @description Who is signed in. */
        SignedIn: {
            /** @example admin */
            actor: string;
        };
        /** @description A slug, and whether a new store can have it. */
        SlugAnswer: {
            available: boolean;
            /** @description Why it is not available, or what is special about it. */
            reason: string | null;
            /**
             * @description Empty when the name suggests none: the store's id takes its place.
             * @example blue-mug-shop
             */
            slug: string;
            /**
             * @description The address that the shop would have.
             * @example http://blue-mug-shop.localhost
             */
            url: string;
        };
        /**
         * @description Orders of a list of stores.
         * @enum {string}
         */
        SortOrder: "createdAt" | "-createdAt" | "name" | "-name";
        /** @description One step and how far it is. */
        Step: {
            /** Format: date-time */
            finishedAt: string | null;
            /** @description What it waits for, or why it failed. */
            message: string | null;
            name: components["schemas"]["StepName"];
            /** Format: date-time */
            startedAt: string | null;
            state: components["schemas"]["StepState"];
            /** @description For people: "Install the release". */
            title: string;
        };
        /**
         * @description A step of an operation, named after what it is about.
         * @enum {string}
         */
        StepName: "namespace" | "secrets" | "release" | "database" | "storefront" | "route" | "shop" | "volumes";
        /** @enum {string} */
        StepState: "pending" | "running" | "done" | "failed";
        /** @description One store. */
        Store: {
            /** @example http://blue-mug-shop.localhost/wp-admin/ */
            adminUrl: string;
            /** @example admin */
            adminUsername: string;
            /** @example woocommerce */
            blueprint: string;
            conditions: components["schemas"]["Condition"][];
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it was proven gone.
             */
            deletedAt: string | null;
            id: components["schemas"]["StoreId"];
            /** @description One sentence for people about how the store is. */
            message: string;
            /**
             * @description The shop's name as people write it.
             * @example Blue Mug Shop
             */
            name: string;
            operation: components["schemas"]["Operation"] | null;
            /** @description Whether customers can place orders. */
            ordersPossible: boolean;
            phase: components["schemas"]["Phase"];
            /** @example standard */
            plan: string;
            /**
             * Format: date-time
             * @description When it first became ready.
             */
            readyAt: string | null;
            /** @description Whether what others change of the store on the cluster is set back. */
            repair: components["schemas"]["Repair"];
            /**
             * Format: int64
             * @description Grows with every change; the ETag holds it.
             */
            revision: number;
            /**
             * @description First label of the shop's host name.
             * @example blue-mug-shop
             */
            slug: string;
            /** Format: date-time */
            updatedAt: string;
            /** @example http://blue-mug-shop.localhost */
            url: string;
        };
        /**
         * @description `s` followed by ten characters of `a-z2-7` (50 random bits).
         * @example sabcdefghij
         */
        StoreId: string;
        /** @description Stores, deleted ones apart. */
        StoreNumbers: {
            /** @description Every phase, `Deleted` too. */
            byPhase: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description Stores that are not deleted.
             */
            total: number;
        };
        /** @description One line of a store's timeline, as it is kept. */
        TimelineEvent: {
            /** Format: date-time */
            at: string;
            /**
             * Format: int64
             * @description Grows with every event of the platform; `Last-Event-ID` of the server-sent events.
             */
            id: number;
            /** @description A sentence for people. */
            message: string;
            operationId: components["schemas"]["OperationId"] | null;
            /** @description One CamelCase word for machines, such as `NamespaceMade`. */
            reason: string;
            step: components["schemas"]["StepName"] | null;
            storeId: components["schemas"]["StoreId"];
            type: components["schemas"]["EventType"];
        };
        /** @description A change of a store; what is absent stays. */
        UpdateStore: {
            /** @example Red Mug Shop */
            name?: string | null;
            repair?: components["schemas"]["Repair"] | null;
            /**
             * @description The shop moves to the address of this slug; the old one ends.
             * @example red-mug-shop
             */
            slug?: string | null;
        };
        /** @description WooCommerce in the image of a blueprint. */
        WooCommerce: {
            /** @description False: stores are plain WordPress and take no orders. */
            present: boolean;
            /** @example 9.2.5 */
            version: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    stream_events: {
        parameters: {
            query?: never;
            header?: {
                /** @description Resume after this timeline event */
                "Last-Event-ID"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages hello, store and timeline */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it is; look at the status */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_summary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metrics"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_operation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the operation */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such operation */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_operation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the operation */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will stop */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such operation */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is over, or a deletion */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_operation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the operation */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is queued again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such operation */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has not failed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_platform: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The platform */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Platform"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Signed in */
            204: {
                headers: {
                    /** @description The sign-in */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The token is wrong */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suggest_slug: {
        parameters: {
            query: {
                /** @example Blue Mug */
                name: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The slug */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlugAnswer"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The name was refused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_slug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description First label of the host name */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether it is free */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlugAnswer"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_stores: {
        parameters: {
            query?: {
                /** @description Most items to return, 1 to 200; 50 when absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only stores of this phase. Deleted ones are listed only when they are asked for. */
                phase?: components["schemas"]["Phase"];
                /** @description Part of the name, the slug or the id, in any case. */
                search?: string;
                /** @description The order; newest first when absent. */
                sort?: components["schemas"]["SortOrder"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of stores */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Store"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_store: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to send the request again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateStore"];
            };
        };
        responses: {
            /** @description The store was accepted */
            202: {
                headers: {
                    /** @description Its revision */
                    ETag?: string;
                    /** @description Address of the store */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Store"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The slug is taken, or the platform is full */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field was refused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description Most items to return, 1 to 200; 50 when absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_AuditEntry"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_store: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the store */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The store; a deleted one too */
            200: {
                headers: {
                    /** @description Its revision */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Store"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such store */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_store: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the store */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The deletion was accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Store"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such store */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It is being deleted already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It has been deleted */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_store: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the store; refuses the change when it is not the current one */
                "If-Match"?: string | null;
            };
            path: {
                /** @description Id of the store */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateStore"];
            };
        };
        responses: {
            /** @description The change was accepted */
            202: {
                headers: {
                    /** @description Its revision */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Store"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such store */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The slug is taken, or the store is being deleted */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store has been deleted */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Changed by someone else */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field was refused */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_credentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the store */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such store */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not there yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store has been deleted */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cluster does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_store_events: {
        parameters: {
            query?: {
                /** @description Most items to return, 1 to 200; 50 when absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description Resume the server-sent events after this one */
                "Last-Event-ID"?: number | null;
            };
            path: {
                /** @description Id of the store */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the timeline, or a stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_TimelineEvent"];
                    "text/event-stream": string;
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such store */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_logs: {
        parameters: {
            query?: {
                /**
                 * @description `shop` or `database`; `shop` when absent.
                 * @example shop
                 */
                component?: string;
                /**
                 * @description `php` or `nginx` of the shop, `mariadb` of the database; the first of these when absent.
                 * @example php
                 */
                container?: string;
                /** @description Lines from the end to begin with, up to 10000; 200 when absent. */
                tail?: number;
                /** @description Go on with new lines as they come. */
                follow?: boolean;
            };
            header?: never;
            path: {
                /** @description Id of the store */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lines, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such store */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The container is not there yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store has been deleted */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cluster does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_operations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the store */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All operations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Operation"];
                };
            };
            /** @description Nobody is signed in */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such store */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
