// The shop's page cache: what is the same for everybody is made once, what is somebody's is nobody else's, and what was
// changed is seen by the next visitor. All of it against one store.
import type { Store } from "../world/api.ts";
import { kubectl, namespaceOf } from "../world/cluster.ts";
import { withoutWooCommerce } from "../world/platform.ts";
import { placeOrder, rows } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";
import { Owner, type Seen, Visitor } from "../world/visitor.ts";

test.describe.configure({ mode: "serial" });

interface Product {
  id: number;
  name: string;
  permalink: string;
  prices: { price: string };
}

interface Cart {
  items: { id: number; quantity: number }[];
  totals: { total_price: string };
}

let store: Store;
let owner: Owner;
let products: Product[];
const passerBy = (): Visitor => new Visitor(store.url);
const pathOf = (product: Product): string => new URL(product.permalink).pathname;
const first = (): Product => products[0] as Product;

test.beforeAll(async ({ souk, platform }) => {
  test.skip(platform.wooCommerce === null, withoutWooCommerce);
  store = await souk.waitReady((await souk.create({ name: "Kept" })).id);
  const { username, password } = await souk.credentials(store.id);
  owner = await Owner.signIn(store.url, username, password);
  products = await passerBy().data<Product[]>("/wp-json/wc/store/v1/products?per_page=20&orderby=id");
  expect(products.length).toBeGreaterThan(3);
});

test.afterAll(async ({ souk }) => {
  if (store as Store | undefined) await souk.delete(store.id);
});

/** Asks until the page is kept. Some pages warm WooCommerce's own caches first. */
async function kept(path: string): Promise<Seen> {
  await passerBy().page(path);
  const again = await passerBy().page(path);
  expect(again.cache, `the second look at ${path}`).toBe("hit");
  return again;
}

test("a page for everybody is made once, without anybody's cookie", async () => {
  for (const path of ["/", "/shop/", pathOf(first())]) {
    const page = await kept(path);
    expect(page.cookies).toEqual([]);
    expect(page.headers.get("x-souk-store")).toBe(store.id);
    const advertised = await passerBy().page(`${path}?utm_source=mail&gclid=1`, {
      cookie: "_ga=GA1.1.2; sbjs_first=typ",
    });
    expect(advertised.cache, "what only scripts read changes nothing").toBe("hit");
    expect(advertised.body).toBe(page.body);
  }
  // The first who asks wants the head only; the next one gets the whole page.
  const fresh = pathOf(products[1] as Product);
  expect((await passerBy().ask(fresh, { method: "HEAD" })).body).toBe("");
  const whole = await passerBy().page(fresh);
  expect(whole.cache).toBe("hit");
  expect(whole.body).toContain("</html>");
});

test("many at once have a new page made once", async () => {
  const path = pathOf(products[2] as Product);
  const seen = await Promise.all(Array.from({ length: 12 }, () => passerBy().page(path)));
  expect(seen.filter(({ cache }) => cache !== "hit")).toHaveLength(1);
});

test("what is somebody's, or no page, is never kept", async () => {
  const page = pathOf(first());
  const pages = ["/cart/", "/checkout/", "/my-account/", "/?s=mug", "/feed/", "/no-such-page/", `${page}?v=1`];
  for (const path of [...pages, "/wp-json/wc/store/v1/cart"]) {
    expect((await passerBy().ask(path)).stored, path).toBe(false);
    expect((await passerBy().ask(path)).cache, path).not.toBe("hit");
  }
  await kept(page);
  const headers: Record<string, string>[] = [
    ...["wp_woocommerce_session_0=1", "_ga=1; woocommerce_items_in_cart=1", "comment_author_0=Ada"].map((cookie) => ({
      cookie,
    })),
    ...["wordpress_logged_in_0=Ada", "wp-postpass_0=1", "currency=USD"].map((cookie) => ({ cookie })),
    { authorization: "Basic QWRhOng=" },
    { "cache-control": "no-cache" },
  ];
  for (const each of headers) {
    const seen = await passerBy().page(page, each);
    expect(seen.cache, JSON.stringify(each)).toBe("bypass");
    expect(seen.stored, JSON.stringify(each)).toBe(false);
  }
  expect((await passerBy().ask(page, { form: {} })).cache, "a POST").toBe("bypass");
});

test("the cart page under an address of the owner's is not kept, and the old one is", async () => {
  const [cart] = await owner.look<{ id: number }[]>("wp/v2/pages?slug=cart");
  await owner.change(`wp/v2/pages/${cart?.id}`, { slug: "warenkorb" });
  for (let time = 0; time < 3; time += 1) expect((await passerBy().page("/warenkorb/")).cache).not.toBe("hit");
  const other = await owner.change<{ link: string }>("wp/v2/pages", {
    title: "Basket",
    slug: "cart",
    status: "publish",
  });
  expect(new URL(other.link).pathname).toBe("/cart/");
  await owner.change(`wp/v2/pages/${cart?.id}`, { slug: "cart-page" });
});

test("nobody gets another's cart, by pages or by the Store API", async () => {
  const shoppers = await Promise.all(
    products.slice(0, 2).map(async (product) => {
      const visitor = passerBy();
      await visitor.page("/");
      await visitor.ask(`/?add-to-cart=${product.id}`);
      expect(visitor.cookie, "a session of one's own").toContain("wp_woocommerce_session_");
      return { visitor, product };
    }),
  );
  const sessions = shoppers.map(
    ({ visitor }) => /wp_woocommerce_session_[0-9a-f]+=(t_[0-9a-f]+)/.exec(visitor.cookie)?.[1] ?? "",
  );
  expect(new Set(sessions).size).toBe(2);
  const paths = ["/", pathOf(first()), "/cart-page/"];
  const passing = async (): Promise<void> => {
    for (const path of paths) {
      const seen = await passerBy().ask(path);
      expect(seen.cookies, `cookies of ${path} for a stranger`).toEqual([]);
      for (const session of sessions) expect(seen.body).not.toContain(session);
    }
    const cart = await passerBy().data<Cart>("/wp-json/wc/store/v1/cart");
    expect(cart.items).toEqual([]);
  };
  const shopping = async ({ visitor, product }: (typeof shoppers)[number]): Promise<void> => {
    for (const path of paths) expect((await visitor.ask(path)).cache, path).toBe("bypass");
    const cart = await visitor.data<Cart>("/wp-json/wc/store/v1/cart");
    expect(cart.items.map(({ id, quantity }) => [id, quantity])).toEqual([[product.id, 1]]);
  };
  for (let round = 0; round < 2; round += 1) {
    await Promise.all([...shoppers.map(shopping), passing(), passing()]);
  }
});

test("the owner's pages are the owner's", async () => {
  const path = pathOf(first());
  await kept(path);
  const own = await owner.page(path);
  expect(own.cache).toBe("bypass");
  expect(own.body).toContain("wpadminbar");
  expect((await passerBy().page(path)).body).not.toContain("wpadminbar");
});

test("a changed price is seen by the next visitor, however many look meanwhile", async () => {
  const path = pathOf(first());
  const looking = new AbortController();
  const crowd = Promise.all(
    Array.from({ length: 2 }, async () => {
      while (!looking.signal.aborted) await passerBy().page(path);
    }),
  );
  try {
    for (const price of ["73.03", "74.04", "75.05"]) {
      await owner.change(`wc/v3/products/${first().id}`, { regular_price: price }, "PUT");
      for (const where of [path, "/shop/"])
        expect((await passerBy().page(where)).body, where).toContain(price.replace(".", ","));
    }
  } finally {
    looking.abort();
    await crowd;
  }
  expect((await kept(path)).body).toContain("75,05");
});

test("so is stock that an order takes, a page, a new product, and the shop's title", async () => {
  const path = pathOf(first());
  await owner.change(`wc/v3/products/${first().id}`, { manage_stock: true, stock_quantity: 1 }, "PUT");
  expect((await kept(path)).body).toContain("1 in stock");

  const order = await placeOrder(store.url, first().id);
  expect((await passerBy().page(path)).body).toContain("Out of stock");
  const total = await rows(store.id, `select total_amount from wp_wc_orders where id = ${order.id}`);
  expect(Number(total[0]?.[0]), "an order costs what the kept page said").toBe(75.05);

  const page = await owner.change<{ id: number }>("wp/v2/pages", {
    title: "Hours",
    slug: "hours",
    status: "publish",
    content: "nine to five",
  });
  expect((await kept("/hours/")).body).toContain("nine to five");
  await owner.change(`wp/v2/pages/${page.id}`, { content: "ten to four" });
  expect((await passerBy().page("/hours/")).body).toContain("ten to four");

  await kept("/shop/");
  await owner.change("wc/v3/products", { name: "Tall Vase", regular_price: "12.00", status: "publish" });
  expect((await passerBy().page("/shop/")).body).toContain("Tall Vase");

  await owner.change("wp/v2/settings", { title: "Kept and Renamed" });
  expect((await passerBy().page("/")).body).toContain("Kept and Renamed");
});

test("an order that changes no page leaves the kept pages be", async () => {
  const product = products[1] as Product;
  await kept("/shop/");
  await placeOrder(store.url, product.id);
  expect((await passerBy().page("/shop/")).cache).toBe("hit");
});

test("no header puts an address of a stranger's into what others get", async () => {
  const evil = "evil.example";
  const path = pathOf(products[3] as Product);
  const headers = {
    "x-forwarded-host": evil,
    "x-forwarded-proto": "https",
    "x-forwarded-server": evil,
    "x-forwarded-prefix": `/${evil}`,
    "x-original-url": `/${evil}`,
    "x-rewrite-url": `/${evil}`,
    "x-http-method-override": "DELETE",
    referer: `http://${evil}/`,
    origin: `http://${evil}`,
    "user-agent": `${evil} iPhone Mobile`,
    "accept-language": "tlh",
    forwarded: `host=${evil}`,
  };
  for (const [name, value] of Object.entries(headers)) await passerBy().ask(path, { headers: { [name]: value } });
  const after = await passerBy().page(path);
  expect(after.body).not.toContain(evil);
  expect(after.body).not.toContain("https://kept.");
  expect((await kept(path)).body).not.toContain(evil);

  // Past the ingress, which would not lead another host's name here: from the pod itself.
  const ask = `foreach (["${evil}", "${new URL(store.url).host}"] as $host) { $page = file_get_contents("http://127.0.0.1:8080${path}", false,
    stream_context_create(["http" => ["header" => "Host: $host", "ignore_errors" => true, "follow_location" => 0]]));
    echo $host, " ", substr($http_response_header[0], 9, 3), " ", str_contains($page, "${evil}") ? "named" : "clean", " ",
    preg_grep("/^cache-status: .*stored/i", $http_response_header) ? "stored" : "not stored", "\\n"; }`;
  const told = await kubectl([
    "exec",
    "deployment/shop",
    "-n",
    namespaceOf(store.id),
    "-c",
    "nginx",
    "--",
    "php",
    "-n",
    "-r",
    ask,
  ]);
  const [stranger = "", own = ""] = told.split("\n");
  expect(stranger).toContain("not stored");
  expect(own).toMatch(/ 200 clean /);
});
