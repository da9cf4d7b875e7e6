// One click to wp-admin: a tab beside the dashboard, and a link for one use that signs in there. The
// link lives in the call only: no cache, no state.
import { useState } from 'react';
import { createLoginLink } from '../../api/stores';
import { isWebAddress } from '../../components/ShopLink';
import { texts } from '../../texts';

interface Asking {
  pending: boolean;
  error: Error | null;
}

const IDLE: Asking = { pending: false, error: null };
const failed = (error: unknown): Asking => ({
  pending: false,
  error: error instanceof Error ? error : new Error(texts.errors.unknown),
});

export function useAdminTab(id: string) {
  const [asking, setAsking] = useState(IDLE);

  const openTab = async () => {
    // In the click itself: browsers block a tab that comes later.
    const tab = window.open('', '_blank');
    if (tab === null) {
      setAsking(failed(new Error(texts.store.tabBlocked)));
      return;
    }
    tab.opener = null;
    tab.document.title = texts.store.signingIn;
    setAsking({ pending: true, error: null });
    try {
      const { url } = await createLoginLink(id);
      if (!isWebAddress(url)) throw new Error(texts.errors.unknown);
      // Replaced, so that "back" does not lead to a link that was used.
      tab.location.replace(url);
      setAsking(IDLE);
    } catch (error) {
      tab.close();
      setAsking(failed(error));
    }
  };

  return { ...asking, openTab };
}
