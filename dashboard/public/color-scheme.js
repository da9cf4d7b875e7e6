// Sets dark or light before the first paint. A file of its own, because inline scripts are refused.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('souk-color-scheme');
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
