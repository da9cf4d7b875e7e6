<?php
/**
 * Plugin Name: Souk page cache
 * Description: Tells nginx which pages are the same for everybody, and makes it forget them when something of the shop changes.
 */

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/pages/generation.php';
require __DIR__ . '/pages/keep.php';
require __DIR__ . '/pages/changes.php';

// nginx says so, and sends nothing of the visitor with it (etc/page.conf). Reading a page changes nothing: what is written
// meanwhile is counters and caches.
$souk_page_seconds = (int) ( $_SERVER['SOUK_PAGE_SECONDS'] ?? 0 );
if ( $souk_page_seconds > 0 ) {
	( new Souk_Page( $souk_page_seconds ) )->begin();
} else {
	( new Souk_Changes() )->watch();
}
