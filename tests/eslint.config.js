// Lints of the whole-system tests: the strict, type-aware set, and Playwright's own rules.
import js from "@eslint/js";
import playwright from "eslint-plugin-playwright";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "results", "report"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Fixtures without needs of their own are written `async ({}, use) => ...`.
      "no-empty-pattern": "off",
      // `json<Store>()`: the caller says what it expects of the API.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  { files: ["**/*.{js,mjs}"], languageOptions: { globals: { process: "readonly" } } },
  {
    ...playwright.configs["flat/recommended"],
    files: ["system/**/*.ts", "browser/**/*.ts", "pages/**/*.ts"],
    rules: {
      ...playwright.configs["flat/recommended"].rules,
      // A test that needs WooCommerce is skipped with the reason, never passed in silence.
      "playwright/no-skipped-test": "off",
      // Tables of cases, and checks with a name of their own.
      "playwright/expect-expect": "off",
      "playwright/no-conditional-in-test": "off",
      "playwright/no-conditional-expect": "off",
    },
  },
);
