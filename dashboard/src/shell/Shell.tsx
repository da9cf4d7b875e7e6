// The frame of every page behind the sign-in: navigation, live connection, banners. It starts and
// stops the live updates, and leads to the sign-in page when the session ends.
import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { LiveUpdates } from '../api/live';
import { texts } from '../texts';
import { Announcer } from './Announcer';
import { ClusterBanner, ConnectionBanner } from './Banners';
import { LiveContext } from './live';
import { Navigation } from './Navigation';
import classes from './Shell.module.css';
import { useLeadToSignIn } from './useLeadToSignIn';

export function Shell() {
  const queryClient = useQueryClient();
  const [live] = useState(() => new LiveUpdates(queryClient));
  const session = useLeadToSignIn();

  useEffect(() => live.start(), [live]);

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
