// Without one of its scripts the page would stay empty: the network changed, or the platform was just upgraded. It
// loads itself once more then, and says so when that did not help. A file of its own, because inline scripts are refused.
(() => {
  const KEY = 'souk-loaded-again';
  const PAUSE = 30_000;
  const lately = () => {
    try {
      const before = Number(sessionStorage.getItem(KEY));
      sessionStorage.setItem(KEY, String(Date.now()));
      return Date.now() - before < PAUSE;
    } catch {
      // Storage may be forbidden; then it must not go round in circles.
      return true;
    }
  };
  // Errors of loading reach the window on their way down only.
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof HTMLScriptElement)) return;
      if (lately()) document.getElementById('cut-off').hidden = false;
      else location.reload();
    },
    true,
  );
})();
