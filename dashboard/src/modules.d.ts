// Shapes of imports that bring no types of their own.
declare module '@tabler/icons-react/dist/esm/icons/*.mjs' {
  import type { Icon } from '@tabler/icons-react';
  const icon: Icon;
  export default icon;
}
declare module 'virtual:theme.css';
declare module '@fontsource-variable/*';
