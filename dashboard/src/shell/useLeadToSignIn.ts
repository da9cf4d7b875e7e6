// Leads to the sign-in page when the session ends, and from there back to where that was.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Session } from '../api/model';
import { sessionQuery, useEndSession } from '../api/session';

/** Who is signed in; nobody while it leads away. */
export function useLeadToSignIn(): Session | null | undefined {
  const navigate = useNavigate();
  const endSession = useEndSession();
  const { data: session } = useQuery(sessionQuery);
  const here = useRouterState({ select: (state) => state.location.href });
  const over = session === null;
  useEffect(() => {
    if (!over) return;
    void navigate({ to: '/sign-in', search: { back: here }, replace: true }).then(endSession);
    // Where the session ended is where to come back to; later addresses do not matter.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [over]);
  return session;
}
