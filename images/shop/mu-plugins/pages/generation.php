<?php
/**
 * The generation of pages: a folder to which a link leads. nginx has its name in the key of every page that it keeps, so
 * that a new one makes it forget them all, and what was begun before and ends after is not found either. What was kept
 * goes when its time is over (bin/nginx-start).
 */

const SOUK_GENERATION = '/run/souk/generation';

/** Makes nginx forget every page of before. Called after a change is in the database, never before. */
function souk_forget_pages(): void {
	$folders = '/run/souk/generations';
	$new     = $folders . '/' . bin2hex( random_bytes( 8 ) );
	$old     = @readlink( SOUK_GENERATION );
	// nginx may be about to look into the one that the link leads to now: it stays for a minute more.
	if ( $old ) {
		@touch( $old );
	}
	if ( ! @mkdir( $new, 0755, true ) || ! @symlink( $new, "$new.link" ) || ! @rename( "$new.link", SOUK_GENERATION ) ) {
		error_log( 'souk: pages of before the change are still shown, until their time is over: ' . ( error_get_last()['message'] ?? '' ) );
		return;
	}
	foreach ( (array) glob( "$folders/*", GLOB_ONLYDIR ) as $folder ) {
		if ( $folder !== $new && @filemtime( $folder ) < time() - 60 ) {
			@rmdir( $folder );
		}
	}
}
