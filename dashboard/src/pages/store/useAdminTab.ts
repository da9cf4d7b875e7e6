// One click to wp-admin: a tab beside the dashboard, and a link for one use that signs in there. The
// link lives in the call only: it is no result, and so in no cache and no state.
import { useMutation } from '@tanstack/react-query';
import { createLoginLink } from '../../api/stores';
import { isWebAddress } from '../../components/ShopLink';
import { texts } from '../../texts';

export function useAdminTab(id: string) {
  const { mutate, isPending, error } = useMutation({
    gcTime: 0,
    mutationFn: async (tab: Window | null) => {
      if (tab === null) throw new Error(texts.store.tabBlocked);
      try {
        const { url } = await createLoginLink(id);
        if (!isWebAddress(url)) throw new Error(texts.errors.unknown);
        // Replaced, so that "back" does not lead to a link that was used.
        tab.location.replace(url);
      } catch (error) {
        tab.close();
        throw error;
      }
    },
  });

  const openTab = () => {
    // In the click itself: browsers block a tab that comes later.
    const tab = window.open('', '_blank');
    if (tab !== null) {
      tab.opener = null;
      tab.document.title = texts.store.signingIn;
    }
    mutate(tab);
  };

  return { isPending, error, openTab };
}
