// The frame of every page behind the sign-in: navigation, live connection, banners. It starts and
// stops the live updates, and leads to the sign-in page when the session ends.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { LiveUpdates } from '../api/live';
import { sessionQuery, useEndSession } from '../api/session';
import { texts } from '../texts';
import { Announcer } from './Announcer';
import { ClusterBanner, ConnectionBanner } from './Banners';
import { LiveContext } from './live';
import { Navigation } from './Navigation';
import classes from './Shell.module.css';

export function Shell() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const endSession = useEndSession();
  const [live] = useState(() => new LiveUpdates(queryClient));
  const { data: session } = useQuery(sessionQuery);
  const here = useRouterState({ select: (state) => state.location.href });

  useEffect(() => live.start(), [live]);

  const over = session === null;
  useEffect(() => {
    if (!over) return;
    void navigate({ to: '/sign-in', search: { back: here }, replace: true }).then(endSession);
    // Where the session ended is where to come back to; later addresses do not matter.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [over]);

  if (session === null || session === undefined) return null;
  return (
    <LiveContext value={live}>
      <div className={classes.shell}>
        <a className={classes.skip} href="#content">
          {texts.nav.skip}
        </a>
        <Announcer />
        <Navigation actor={session.actor} />
        <div className={classes.body}>
          <ConnectionBanner />
          <ClusterBanner />
          <main id="content" className={classes.content} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
    </LiveContext>
  );
}
