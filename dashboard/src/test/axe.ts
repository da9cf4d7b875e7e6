// Looks for what keeps people out. Colours are not seen without layout; the shots show those.
import axe from 'axe-core';

/** What is serious or worse, each as "rule: element". */
export async function seriousTrouble(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false } },
    resultTypes: ['violations'],
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
