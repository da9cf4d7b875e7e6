import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { themeCss } from './theme-css.ts';

// `npm run dev` talks to a running server (SOUK_URL), by default to `npm run mock`.
const server = process.env.SOUK_URL ?? 'http://127.0.0.1:4180';

export default defineConfig({
  plugins: [react(), themeCss()],
  server: {
    port: 5173,
    proxy: { '/api': { target: server, changeOrigin: true, headers: { origin: server } } },
  },
  build: {
    target: 'es2022',
    // Browsers that know light-dark(); older targets would have it rewritten, wrongly.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    // No data: URLs: the server's Content-Security-Policy only lets the page load its own files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    css: false,
    restoreMocks: true,
    testTimeout: 60_000,
  },
});
