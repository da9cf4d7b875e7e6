<?php
/**
 * Takes a link that Souk made for one person, and signs in to wp-admin with it: once, within a minute.
 *
 * The token stands behind the `#` of the link, which browsers keep to themselves. GET answers with a page that posts
 * it here, so that whoever only looks at a link (previews, prefetching) does not use it up. What a token must be is in
 * link.php, what people see in page.php. Whatever is wrong with a token is told to the log, and to nobody else.
 */

require '/opt/souk/bootstrap/database.php';
require __DIR__ . '/link.php';
require __DIR__ . '/page.php';

/** Tells the log why, and the visitor that a new link is needed. */
function souk_refuse( string $reason ): never {
	error_log( "souk: sign-in: refused: $reason from={$_SERVER['REMOTE_ADDR']}" );
	souk_page( 403, 'This link does not work', 'It was used before, or its minute has gone by. Ask for a new link in Souk.' );
}

/** Tells the log why, and the visitor that it is not the link's fault. */
function souk_fail( string $reason ): never {
	error_log( "souk: sign-in: $reason" );
	souk_page( 503, 'The shop cannot sign you in now', 'Its database does not answer. Ask for a new link in Souk in a moment.' );
}

souk_page_headers();
if ( in_array( $_SERVER['REQUEST_METHOD'], array( 'GET', 'HEAD' ), true ) ) {
	souk_page_that_posts();
}
if ( 'POST' !== $_SERVER['REQUEST_METHOD'] ) {
	header( 'Allow: GET, HEAD, POST' );
	souk_page( 405, 'Nothing is here', 'Ask for a link in Souk.' );
}
$link = Souk_Link::read( $_POST['token'] ?? null, souk_secret( 'keys/seed' ), (string) getenv( 'STORE_ID' ), time(), $reason );
if ( ! $link ) {
	souk_refuse( $reason );
}
$db = souk_database( $reason );
if ( ! $db ) {
	souk_fail( "database: $reason" );
}
try {
	$first = $link->use( $db );
} catch ( mysqli_sql_exception $error ) {
	souk_fail( 'database: ' . $error->getMessage() );
}
$db->close();
if ( ! $first ) {
	souk_refuse( "it was used before link=$link->id" );
}

// WordPress makes many globals, so it is loaded here and not in a function.
require '/opt/souk/wordpress/wp-load.php';
$login = souk_secret( 'admin/username' );
$admin = get_user_by( 'login', $login );
if ( ! $admin || ! user_can( $admin, 'manage_options' ) ) {
	souk_refuse( "the shop has no administrator $login any more link=$link->id" );
}
// Beside the session in the shop's database: whose it is.
add_filter( 'attach_session_information', fn( $session ) => array( 'souk_user' => $link->user ) + $session );
wp_set_current_user( $admin->ID );
wp_set_auth_cookie( $admin->ID );
do_action( 'wp_login', $admin->user_login, $admin );
error_log( "souk: sign-in: $link->user signed in as $login link=$link->id from={$_SERVER['REMOTE_ADDR']}" );
wp_safe_redirect( admin_url(), 303 );
exit;
