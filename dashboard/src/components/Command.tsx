// A command line to copy. It breaks between its words only: a browser would also break `--wait` after a hyphen.
import { Code } from '@mantine/core';
import { Fragment } from 'react';
import classes from './Command.module.css';
import { CopyButton } from './CopyButton';

export function Command({ line }: { line: string }) {
  return (
    <div className={classes.command}>
      <Code className={classes.line ?? ''}>
        {line.split(' ').map((word, place) => (
          // Words of a command may be the same.
          <Fragment key={place}>
            {place > 0 && ' '}
            <span className={classes.word}>{word}</span>
          </Fragment>
        ))}
      </Code>
      <CopyButton value={line} what="command" />
    </div>
  );
}
