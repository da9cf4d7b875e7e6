// Leaves the dashboard; the page that is left does not come back with the button "back".
export function leave(address: string) {
  window.location.replace(address);
}
