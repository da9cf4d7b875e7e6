// Leads to the sign-in page when the session ends, and from there back to where that was.
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Session } from '../api/model';
import { sessionQuery, useEndSession } from '../api/session';

/** Who is signed in; nobody while it leads away. */
export function useLeadToSignIn(): Session | null | undefined {
  const router = useRouter();
  const endSession = useEndSession();
  const { data: session } = useQuery(sessionQuery);
  const over = session === null;
  useEffect(() => {
    if (!over) return;
    const back = router.state.location.href;
    void router.navigate({ to: '/sign-in', search: { back }, replace: true }).then(endSession);
  }, [over, router, endSession]);
  return session;
}
