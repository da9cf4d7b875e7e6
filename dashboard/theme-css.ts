// Turns the Mantine theme into a plain stylesheet at build time (`virtual:theme.css`).
// Without it Mantine would write a <style> element while running, which a strict
// Content-Security-Policy (`style-src 'self'`) refuses. It owns no colours: src/theme.ts does.
import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from './src/theme.ts';

const NAME = 'virtual:theme.css';
const RESOLVED = `\0${NAME}`;

export function themeCss(): Plugin {
  return {
    name: 'souk-theme-css',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      const merged = mergeMantineTheme(DEFAULT_THEME, theme);
      const schemes = {
        variables: {},
        light: { '--mantine-color-scheme': 'light' },
        dark: { '--mantine-color-scheme': 'dark' },
      };
      return (
        convertCssVariables(defaultCssVariablesResolver(merged)) + convertCssVariables(schemes)
      );
    },
  };
}
