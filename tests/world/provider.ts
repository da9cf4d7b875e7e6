// A company's sign-in: an OpenID Connect provider as a server of a test's own. Whoever types a name there is
// that person, with whatever password.
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider, type Configuration } from "oidc-provider";

export const CLIENT = { id: "souk", secret: "a secret of this test alone" };

export class CompanySignIn {
  private constructor(
    readonly issuer: string,
    readonly http: HttpServer,
  ) {}

  /** Starts one that sends browsers back to `callback`; `groups` are those of each person. */
  static async start(callback: string, groups: Record<string, string[]>): Promise<CompanySignIn> {
    const http = createServer();
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const configuration: Configuration = {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [callback],
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      scopes: ["openid", "profile", "email", "groups"],
      claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email"], groups: ["groups"] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      cookies: { keys: ["of this test alone"] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({
          sub: id,
          preferred_username: id,
          email: `${id}@example.com`,
          groups: groups[id] ?? [],
        }),
      }),
    };
    const answer = new Provider(issuer, configuration).callback();
    http.on("request", (request, response) => void answer(request, response));
    return new CompanySignIn(issuer, http);
  }

  async stop(): Promise<void> {
    if (!this.http.listening) return;
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, "close");
  }
}
