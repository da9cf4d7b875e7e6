// A shop from its customers' side: pages under its own host, an order through WooCommerce's public
// Store API, and the same order looked up in its database.
import { expect } from "@playwright/test";
import { kubectl, namespaceOf, secret } from "./cluster.ts";
import { type Response, request } from "./http.ts";

/** Text as HTML writes it, back to what people read. */
export function decoded(html: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
  return html.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[name ?? ""] ?? whole;
  });
}

/** The front page, which has to come from this store and nobody else. */
export async function frontPage(store: { id: string; url: string }): Promise<string> {
  const response = await request(`${store.url}/`);
  expect(response.status, `${store.url}/`).toBe(200);
  expect(response.headers.get("x-souk-store"), `${store.url}/ comes from the store itself`).toBe(store.id);
  return response.text();
}

export interface Order {
  id: number;
  status: string;
  product: string;
}

interface Product {
  id: number;
  name: string;
  is_purchasable: boolean;
  is_in_stock: boolean;
  type: string;
}

/** Buys one thing as a guest with cash on delivery: `wanted`, by its id, or whatever there is. */
export async function placeOrder(url: string, wanted?: number): Promise<Order> {
  const api = `${url}/wp-json/wc/store/v1`;
  const products = (await answer(await request(`${api}/products?per_page=50`))) as Product[];
  const product = products.find(
    (each) => each.is_purchasable && each.is_in_stock && each.type === "simple" && each.id === (wanted ?? each.id),
  );
  if (!product) throw new Error(`${url} sells nothing: ${JSON.stringify(products).slice(0, 500)}`);

  const cart = await request(`${api}/cart`);
  const headers = {
    "content-type": "application/json",
    nonce: cart.headers.get("nonce") ?? "",
    "cart-token": cart.headers.get("cart-token") ?? "",
  };
  await cart.text();
  const post = async (path: string, body: unknown): Promise<unknown> =>
    answer(await request(`${api}/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));

  await post("cart/add-item", { id: product.id, quantity: 1 });
  const address = {
    first_name: "Ada",
    last_name: "Byron",
    address_1: "Hauptstraße 1",
    city: "Berlin",
    postcode: "10115",
    country: "DE",
  };
  const order = (await post("checkout", {
    billing_address: { ...address, email: "ada@example.com", phone: "030123456" },
    shipping_address: address,
    payment_method: "cod",
    payment_data: [],
  })) as { order_id: number; status: string };
  return { id: order.order_id, status: order.status, product: product.name };
}

async function answer(response: Response): Promise<unknown> {
  const text = await response.text();
  expect(response.status, `${response.url} answered: ${text.slice(0, 1000)}`).toBeLessThan(300);
  return JSON.parse(text) as unknown;
}

/** Rows of a question to the store's own MariaDB; the columns are separated by tabs. */
export async function rows(storeId: string, question: string): Promise<string[][]> {
  const namespace = namespaceOf(storeId);
  const { password = "" } = await secret(namespace, "store-database");
  // The password on standard input, not among the arguments.
  const client = "read -r MYSQL_PWD && export MYSQL_PWD && exec mariadb --user=shop --batch --skip-column-names shop";
  const pod = ["-n", namespace, "database-0", "-c", "mariadb"];
  const out = await kubectl(["exec", "-i", ...pod, "--", "sh", "-c", client], { input: `${password}\n${question}` });
  return out
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));
}

/** Signs in at wp-login.php and says whether WordPress let the user in. */
export async function canSignIn(url: string, username: string, password: string): Promise<boolean> {
  const form = new URLSearchParams({ log: username, pwd: password, "wp-submit": "Log In", testcookie: "1" });
  const response = await request(`${url}/wp-login.php`, {
    method: "POST",
    body: form.toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      cookie: "wordpress_test_cookie=WP%20Cookie%20check",
    },
  });
  await response.text();
  return response.headers.getSetCookie().some((cookie) => cookie.startsWith("wordpress_logged_in_"));
}
