// Souk's look: aubergine on warm greys, Geist for text. Colours of phases are in
// components/PhaseBadge.module.css. vite.config turns this into a stylesheet while building.
import { createTheme } from '@mantine/core';

export const theme = createTheme({
  black: '#26211f',
  primaryColor: 'plum',
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: "'Geist Variable', ui-sans-serif, system-ui, sans-serif",
  fontFamilyMonospace: "'Geist Mono Variable', ui-monospace, monospace",
  headings: { fontWeight: '600' },
  colors: {
    plum: [
      '#fbf1f7',
      '#f2dfea',
      '#e4bcd4',
      '#d596bc',
      '#cf86b3',
      '#b65c93',
      '#9a4379',
      '#7a2f63',
      '#65264f',
      '#4d1b3b',
    ],
    red: [
      '#fdeeef',
      '#f9d9db',
      '#f2b1b6',
      '#ea868d',
      '#e76d76',
      '#d9444f',
      '#c9303d',
      '#b02430',
      '#931d28',
      '#751720',
    ],
    gray: [
      '#faf9f8',
      '#f4f2f0',
      '#eae7e4',
      '#dedad6',
      '#cac4bf',
      '#a69f99',
      '#726a65',
      '#5b5450',
      '#433e3b',
      '#292524',
    ],
    dark: [
      '#e2dee1',
      '#c0babf',
      '#a19aa0',
      '#726b73',
      '#3b363d',
      '#322d34',
      '#252127',
      '#1b181d',
      '#151217',
      '#100e11',
    ],
  },
  components: {
    // Mantine's scroll lock writes a <style> element, which the Content-Security-Policy refuses;
    // styles.css keeps scrolling inside of the dialog instead.
    Modal: { defaultProps: { lockScroll: false, centered: true, overlayProps: { opacity: 0.45 } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    // Its placeholder has no role, and a menu may hold nothing but items.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Text: { defaultProps: { size: 'sm' } },
    Anchor: { defaultProps: { underline: 'hover' } },
  },
});
