// What can be done with somebody's account; what is felt at once is asked once more.
import { ActionIcon, Menu } from '@mantine/core';
import { useState } from 'react';
import type { Invite, User } from '../../api/model';
import { useDeleteUser, useInviteUser, useResetUser, useUpdateUser } from '../../api/people';
import { Confirm } from '../../components/Confirm';
import { IconDots } from '../../components/icons';
import { Trouble } from '../../components/Trouble';
import { people } from '../../texts';

type Asked = 'reset' | 'disable' | 'delete';

export function UserMenu({ user, onLink }: { user: User; onLink: (link: Invite) => void }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const update = useUpdateUser(user.id);
  const invite = useInviteUser(user.id);
  const reset = useResetUser(user.id);
  const remove = useDeleteUser(user.id);
  const close = () => {
    setAsked(null);
  };
  const ask = (what: Asked) => () => {
    for (const write of [update, reset, remove]) write.reset();
    setAsked(what);
  };

  const writes = { reset, disable: update, delete: remove };
  const confirm = {
    reset: () => {
      reset.mutate(undefined, {
        onSuccess: (link) => {
          close();
          onLink(link);
        },
      });
    },
    disable: () => {
      update.mutate({ disabled: true }, { onSuccess: close });
    },
    delete: () => {
      remove.mutate(undefined, { onSuccess: close });
    },
  };
  const failure = invite.error ?? (asked === null ? update.error : null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={people.actions(user.name)}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!user.disabled && !user.singleSignOn && (
            <Menu.Item
              onClick={() => {
                invite.mutate(undefined, { onSuccess: onLink });
              }}
            >
              {people.invite}
            </Menu.Item>
          )}
          {user.hasPassword && <Menu.Item onClick={ask('reset')}>{people.reset}</Menu.Item>}
          {user.disabled ? (
            <Menu.Item
              onClick={() => {
                update.mutate({ disabled: false });
              }}
            >
              {people.enable}
            </Menu.Item>
          ) : (
            <Menu.Item onClick={ask('disable')}>{people.disable}</Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item className="danger-item" onClick={ask('delete')}>
            {people.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {failure !== null && <Trouble title={people.failed} error={failure} />}
      {asked !== null && (
        <Confirm
          title={people.confirm[asked].title(user.name)}
          text={people.confirm[asked].text}
          submit={people.confirm[asked].submit}
          cancel={people.confirm.cancel}
          failed={people.failed}
          error={writes[asked].error}
          pending={writes[asked].isPending}
          onConfirm={confirm[asked]}
          onClose={close}
        />
      )}
    </>
  );
}
