// The address of a shop as a link that opens beside the dashboard. Only web addresses are linked.
import { Anchor } from '@mantine/core';
import { texts } from '../texts';
import { IconExternal } from './icons';
import classes from './ShopLink.module.css';

export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

export function ShopLink({ url }: { url: string }) {
  const shown = url.replace(/^https?:\/\//i, '').replace(/\/$/, '');
  if (!isWebAddress(url)) return <span>{shown}</span>;
  return (
    <Anchor
      href={url}
      target="_blank"
      rel="noreferrer"
      className={classes.link ?? ''}
      aria-label={texts.opensBeside(shown)}
    >
      {shown}
      {/* A word joiner: the sign never stands on a line by itself. */}
      {'\u2060'}
      <IconExternal size={13} />
    </Anchor>
  );
}
