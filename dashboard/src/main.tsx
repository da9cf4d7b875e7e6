// Starts the dashboard: styles, then the app into #root.
import '@fontsource-variable/geist/wght.css';
import '@fontsource-variable/geist-mono/wght.css';
import '@mantine/core/styles.css';
import 'virtual:theme.css';
import './styles.css';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/session';
import { App } from './App';
import { createAppRouter } from './router';

const root = document.getElementById('root');
if (root !== null) {
  const queryClient = createQueryClient();
  createRoot(root).render(<App queryClient={queryClient} router={createAppRouter(queryClient)} />);
}
