// Reads changes of phases out to screen readers, on whatever page one is.
import { texts } from '../texts';
import { useLive } from './live';

export function Announcer() {
  const { news } = useLive();
  return (
    <div className="visually-hidden" role="log" aria-label={texts.live.news}>
      {news.map(({ key, name, phase }) => (
        <p key={key}>{texts.live.nowIn(name, phase)}</p>
      ))}
    </div>
  );
}
